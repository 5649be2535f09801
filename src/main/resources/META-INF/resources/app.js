/*
 * The page of the gateway: publish a message, watch what arrives, see which connections stand.
 *
 * Topics and payloads come from anybody who can reach the broker; they enter the document as text only, never
 * as markup. All URLs are relative, so that the page also works behind a proxy that serves the gateway under a path.
 */

import './publish.js';
import { applyFilter } from './feed.js';
import { checkStatus } from './status.js';

applyFilter('');
checkStatus();
