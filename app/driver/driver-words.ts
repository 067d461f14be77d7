/** Sentences of the driver's pages beyond the stay itself, whole as in `_ui/words.ts`. */
export const driverWords = {
  steered: {
    final: 'This time never counts for an idle fee. Show this page if somebody charges you for it.',
  },

  storyTitle: 'Why did it do that?',

  offline: {
    lost: 'The live link is lost; trying again. Whether a car is plugged in is not known until then.',
    kept: (at: string, age: string) =>
      `The live link is lost. This is the last state we know, of ${at}, ${age} ago; trying again.`,
  },
} as const;
