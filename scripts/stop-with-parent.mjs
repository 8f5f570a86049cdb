// Loaded with --import where a launcher stays in front of us (npm, npx, bin/charter-oak.mjs): when the launcher is
// killed in a way it cannot pass on, we stop too instead of running on unseen, holding the port and the data folder.
const launcher = process.ppid;

setInterval(() => {
  if (process.ppid !== launcher) process.kill(process.pid, 'SIGTERM');
}, 500).unref();
