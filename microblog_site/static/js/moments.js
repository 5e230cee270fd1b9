// Times as "5 minutes ago" and, on hover, in the reader's time zone.

import "./reader-time-zone.js";
import "../vendor/relative-time-element/relative-time-element.js";
