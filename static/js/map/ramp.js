// The legend's colours. Stops are { points, colour: '#rrggbb' }, by rising points.

export function channelsOf(points, stops) {
  const above = stops.findIndex((stop) => stop.points >= points);
  if (above === -1) return channels(stops.at(-1).colour);
  if (above === 0) return channels(stops[0].colour);
  const [low, high] = [stops[above - 1], stops[above]];
  const share = (points - low.points) / (high.points - low.points);
  const [from, to] = [channels(low.colour), channels(high.colour)];
  return from.map((channel, index) => Math.round(channel + (to[index] - channel) * share));
}

export function channels(colour) {
  return [1, 3, 5].map((start) => parseInt(colour.slice(start, start + 2), 16));
}
