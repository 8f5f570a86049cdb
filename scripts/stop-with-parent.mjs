// Loaded with --import where launchers stay in front of us (npm, npx and its shell, bin/charter-oak.mjs): when one of
// them is killed in a way it cannot pass on, we stop too, instead of running on unseen and holding port and data folder.
import fs from 'node:fs';

const farthest = 4;

/** The parent of any process, as Linux tells it. The name, in parentheses, may hold anything. */
function parentOf(pid) {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

function isNpm(pid) {
  const [program = '', script = ''] = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  return /^np[mx]( |$)/.test(program) || /\/np[mx](-cli\.c?js)?$/.test(script);
}

/** Our parent, and on up to the npm that started us. What is above npm (a shell, nohup) may end without us. */
function launchers() {
  const chain = [process.ppid];
  if (!process.env.npm_command) return chain;
  try {
    while (!isNpm(chain.at(-1)) && chain.length < farthest) chain.push(parentOf(chain.at(-1)));
    return isNpm(chain.at(-1)) ? chain : [process.ppid];
  } catch {
    // No /proc (macOS), or a process that is not ours to look at.
    return [process.ppid];
  }
}

const chain = launchers();

function unbroken() {
  if (process.ppid !== chain[0]) return false;
  try {
    return chain.slice(1).every((pid, index) => parentOf(chain[index]) === pid);
  } catch {
    return false;
  }
}

const watch = setInterval(() => {
  if (unbroken()) return;
  clearInterval(watch);
  process.kill(process.pid, 'SIGTERM');
}, 500);
watch.unref();
