// node check.mjs OLDEST: reads {name: text} as JSON, answers {name: [{line, feature}]} for what is too new.
import { text } from "node:stream/consumers";
import { tooNewInCss } from "./css.mjs";
import { tooNewInJs } from "./js.mjs";

const oldest = Number(process.argv[2]);
const files = JSON.parse(await text(process.stdin));
const answer = Object.fromEntries(Object.entries(files).map(([name, content]) => [
  name, (name.endsWith(".css") ? tooNewInCss : tooNewInJs)(content, oldest),
]));
process.stdout.write(JSON.stringify(answer));
