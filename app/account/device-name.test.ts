import { expect, it } from 'vitest';
import { deviceName } from './device-name.ts';

const chrome = 'Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 Chrome/150.0 Mobile Safari/537.36';
const safari = 'Mozilla/5.0 (iPhone; CPU iPhone OS 20_0 like Mac OS X) AppleWebKit/605 Version/20 Safari/605';

it('calls a device what a person would, and nothing where it cannot tell', () => {
  expect(deviceName(chrome)).toBe('Chrome, Android');
  expect(deviceName(safari)).toBe('Safari, iPhone');
  expect(deviceName('Mozilla/5.0 (Windows NT 10.0) Firefox/140.0')).toBe('Firefox, Windows');
  expect(deviceName('node')).toBeNull();
  expect(deviceName(null)).toBeNull();
});
