export { runInHost, type HostEnd, type HostListener } from './host-run.js';
