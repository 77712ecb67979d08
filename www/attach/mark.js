// Arrows on a picture: "this one".
import { drawn, encoded } from './picture.js';
import { redrawn } from './prepare.js';

/** Red on white is seen on any picture, also by those who see no red. */
const COLOURS = ['#fff', '#d00000'];
/** Length of the head and width of the line as shares of the picture's longer side. */
const [HEAD, LINE] = [0.04, 0.008];

/**
 * Draws arrows on a prepared picture; gives a new one, the old one stays.
 * @param {import('./prepare.js').Prepared} prepared
 * @param {{x1: number, y1: number, x2: number, y2: number}[]} arrows from 0 to 1; the head is at the second point
 */
export async function mark(prepared, arrows) {
  if (!prepared.markable) throw 'failed';
  const bitmap = await drawn(prepared.blob);
  try {
    const blob = await encoded(bitmap, prepared.kind, (context, canvas) => {
      for (const arrow of arrows) draw(context, canvas, arrow);
    });
    return await redrawn(blob, prepared, bitmap);
  } finally {
    bitmap.close?.();
  }
}

function draw(context, { width, height }, { x1, y1, x2, y2 }) {
  const longer = Math.max(width, height);
  const [tail, tip] = [[x1 * width, y1 * height], [x2 * width, y2 * height]];
  const angle = Math.atan2(tip[1] - tail[1], tip[0] - tail[0]);
  const wing = (turn) => [
    tip[0] - longer * HEAD * Math.cos(angle + turn),
    tip[1] - longer * HEAD * Math.sin(angle + turn),
  ];
  context.lineCap = context.lineJoin = 'round';
  COLOURS.forEach((colour, at) => {
    context.strokeStyle = colour;
    context.lineWidth = Math.max(2, longer * LINE) * (at ? 1 : 2);
    context.beginPath();
    context.moveTo(...tail);
    context.lineTo(...tip);
    context.moveTo(...wing(0.5));
    context.lineTo(...tip);
    context.lineTo(...wing(-0.5));
    context.stroke();
  });
}
