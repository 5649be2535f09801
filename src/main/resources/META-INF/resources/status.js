/*
 * The state of the gateway and of its connections to the broker.
 */

import { laterWhenVisible } from './answers.js';
import { isListening, onListening } from './feed.js';
import { byId, setState } from './view.js';

const STATUS_INTERVAL_MS = 2_000;
const STATUS_TIMEOUT_MS = 5_000;

const brokerState = byId('broker-state');
let reachable = null; // not known before the first check

export async function checkStatus() {
  try {
    const signal = AbortSignal.timeout(STATUS_TIMEOUT_MS);
    const response = await fetch('status', { cache: 'no-store', signal });
    const { broker } = await response.json();
    reachable = true;
    showBroker(broker);
  } catch {
    reachable = false;
    showBroker(undefined);
  }
  showGateway();
  laterWhenVisible(STATUS_INTERVAL_MS, checkStatus);
}

function showGateway() {
  const state = byId('gateway-state');
  if (reachable === false) {
    setState(state, 'down', 'Gateway: not reachable');
  } else if (isListening()) {
    setState(state, 'up', 'Gateway: connected');
  } else {
    setState(state, 'waiting', reachable ? 'Gateway: reachable, live feed not connected' : 'Gateway: connecting');
  }
}

function showBroker(broker) {
  if (broker?.messages || broker?.publish) {
    setState(brokerState, broker.connected ? 'up' : 'down', `Broker: ${brokerText(broker)}`);
  } else {
    setState(brokerState, 'waiting', 'Broker: not known');
  }
}

/** One sentence if the consumer's connection and the publisher's say the same, else both. */
function brokerText({ messages, publish }) {
  const consumer = messages?.text ?? 'not known';
  const publisher = publish?.text ?? 'not known';
  return consumer === publisher ? consumer : `consumer ${consumer}; publisher ${publisher}`;
}

onListening(showGateway);
