// Loaded into every supervised process: one that does not notice that its supervisor was killed
// (a program of another area, or a hung one) must still give its ports and stations free.
const GRACE_MS = 3000;

process.once('disconnect', () => {
  setTimeout(() => process.exit(0), GRACE_MS).unref();
});
