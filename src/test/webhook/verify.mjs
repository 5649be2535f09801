// Reads requests of a webhook (an array of {headers, body in base64}) from a file, and writes for each what the published libraries say of it.
// node verify.mjs REQUESTS SECRET...
import {readFileSync} from 'node:fs';
import {Webhook} from 'standardwebhooks';
import {HTTP} from 'cloudevents';

const [file, ...secrets] = process.argv.slice(2);

function isSigned(secret, body, headers) {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch (e) {
    if (e.name === 'WebhookVerificationError') {
      return false;
    }
    throw e;
  }
}

console.log(JSON.stringify(JSON.parse(readFileSync(file)).map(({headers, body}) => {
  const text = Buffer.from(body, 'base64').toString();
  const event = HTTP.isEvent({headers, body: text}) ? HTTP.toEvent({headers, body: text}) : null;
  return {signed: secrets.map(secret => isSigned(secret, text, headers)), valid: event && event.validate(), event};
})));
