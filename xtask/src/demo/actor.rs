//! The programs on the stage: started, read line by line, and given their cues.

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

/// Longest time between two steps of the story.
const PATIENCE: Duration = Duration::from_secs(30);

/// Everything that plays: the programs, and the lines that they have written.
pub(super) struct Stage {
    dir: PathBuf,
    url: String,
    app: &'static str,
    programs: HashMap<&'static str, (PathBuf, String)>,
    actors: HashMap<&'static str, Actor>,
    sender: Sender<(&'static str, Option<String>)>,
    receiver: Receiver<(&'static str, Option<String>)>,
    started: Instant,
    seen: usize,
}

struct Actor {
    child: Child,
    /// Lines that no step has asked for yet; none marks the end of the output.
    lines: VecDeque<Option<String>>,
}

impl Stage {
    /// An empty stage.
    pub(super) fn new(dir: &Path, url: &str, app: &'static str) -> Self {
        let (sender, receiver) = mpsc::channel();
        Self {
            dir: dir.to_path_buf(),
            url: url.to_owned(),
            app,
            programs: HashMap::new(),
            actors: HashMap::new(),
            sender,
            receiver,
            started: Instant::now(),
            seen: 0,
        }
    }

    /// Names the program, and the UserSig, of a user.
    pub(super) fn program(&mut self, user: &'static str, program: PathBuf, sig: String) {
        self.programs.insert(user, (program, sig));
    }

    /// Starts `user`'s program under the name `actor` with its data in `data`.
    pub(super) fn enter(
        &mut self,
        actor: &'static str,
        user: &'static str,
        data: &str,
        role: &str,
    ) -> Result<(), String> {
        let (program, sig) = self
            .programs
            .get(user)
            .ok_or_else(|| format!("{user} has no program"))?;
        let mut command = Command::new(program);
        command
            .args([self.url.as_str(), self.app, data, role])
            .current_dir(&self.dir);
        // By the environment: the command line of a process can be read by everybody on the machine.
        command
            .env("TIMBRE_DEMO_SIG", sig)
            .env_remove("TIMBRE_SERVER_URL");
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit());
        let mut child = command
            .spawn()
            .map_err(|e| format!("{}: {e}", program.display()))?;
        if let Some(stdout) = child.stdout.take() {
            let sender = self.sender.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                    let _ = sender.send((actor, Some(line)));
                }
                let _ = sender.send((actor, None));
            });
        }
        self.note(&format!("({actor} starts)"));
        self.actors.insert(
            actor,
            Actor {
                child,
                lines: VecDeque::new(),
            },
        );
        Ok(())
    }

    /// Waits until the actor writes exactly this line. Its lines come in the order of the story: another one in its
    /// place is an error.
    pub(super) fn expect(&mut self, actor: &'static str, line: &str) -> Result<(), String> {
        let got = self.next_line(actor, line)?;
        if got != line {
            return Err(format!(
                "FAILED at: {actor} {line}\n  instead {actor} wrote: {got}"
            ));
        }
        self.seen += 1;
        Ok(())
    }

    /// Tells the actor to go on: it waits for an empty line after each `(next: ...)` that it writes.
    pub(super) fn cue(&mut self, actor: &'static str, what: &str) -> Result<(), String> {
        self.expect(actor, &format!("(next: {what})"))?;
        let stdin = self.actors.get_mut(actor).and_then(|a| a.child.stdin.as_mut());
        stdin
            .ok_or_else(|| format!("{actor} is not on the stage"))?
            .write_all(b"\n")
            .map_err(|e| format!("{actor} takes no cue: {e}"))
    }

    /// Waits until the actor has ended, and ended well.
    pub(super) fn exit(&mut self, actor: &'static str) -> Result<(), String> {
        let line = self.take_line(actor, "(ends)")?;
        if let Some(line) = line {
            return Err(format!(
                "FAILED at: {actor} (ends)\n  instead {actor} wrote: {line}"
            ));
        }
        let mut gone = self
            .actors
            .remove(actor)
            .ok_or_else(|| format!("{actor} is not on the stage"))?;
        let status = gone
            .child
            .wait()
            .map_err(|e| format!("waiting for {actor}: {e}"))?;
        if !status.success() {
            return Err(format!("FAILED at: {actor} (ends)\n  it ended with {status}"));
        }
        self.note(&format!("({actor} has ended)"));
        self.seen += 1;
        Ok(())
    }

    /// Steps seen so far.
    pub(super) fn seen(&self) -> usize {
        self.seen
    }

    /// A line of the transcript that is nobody's.
    pub(super) fn note(&self, text: &str) {
        println!("{:>8.3} s  {text}", self.started.elapsed().as_secs_f64());
    }

    fn next_line(&mut self, actor: &'static str, wanted: &str) -> Result<String, String> {
        self.take_line(actor, wanted)?
            .ok_or_else(|| format!("FAILED at: {actor} {wanted}\n  instead {actor} ended"))
    }

    fn take_line(&mut self, actor: &'static str, wanted: &str) -> Result<Option<String>, String> {
        let end = Instant::now() + PATIENCE;
        loop {
            let waiting = self
                .actors
                .get_mut(actor)
                .ok_or_else(|| format!("{actor} is not on the stage"))?;
            if let Some(line) = waiting.lines.pop_front() {
                return Ok(line);
            }
            match self
                .receiver
                .recv_timeout(end.saturating_duration_since(Instant::now()))
            {
                Ok((from, line)) => {
                    if let Some(line) = &line {
                        self.note(&format!("{from}: {line}"));
                    }
                    if let Some(from) = self.actors.get_mut(from) {
                        from.lines.push_back(line);
                    }
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    let seconds = PATIENCE.as_secs();
                    return Err(format!(
                        "FAILED at: {actor} {wanted}\n  nothing came for {seconds} s"
                    ));
                }
            }
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        for actor in self.actors.values_mut() {
            // Ignored: one that has ended cannot be killed any more.
            let _ = actor.child.kill();
            let _ = actor.child.wait();
        }
    }
}
