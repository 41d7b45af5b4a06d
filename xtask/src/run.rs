//! Runs other programs: with their output shown, captured, or read line by line; always without standard input.

use std::io::{BufRead, BufReader};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// Runs the command with its output shown. An error names the command line and how it ended.
pub(crate) fn show(command: &mut Command) -> Result<(), String> {
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|e| cannot_start(command, &e))?;
    check(command, status)
}

/// Runs the command and gives what it wrote to standard output; standard error goes into the error.
pub(crate) fn capture(command: &mut Command) -> Result<String, String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|e| cannot_start(command, &e))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        let stdout = String::from_utf8_lossy(&output.stdout);
        return Err(format!(
            "{}\n{}{}",
            ended(command, output.status),
            stdout,
            stderr.trim_end()
        ));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("{} wrote no UTF-8", line_of(command)))
}

/// Runs the command, hands each line of its standard output to `each` and shows it.
pub(crate) fn lines(command: &mut Command, mut each: impl FnMut(&str)) -> Result<(), String> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| cannot_start(command, &e))?;
    if let Some(stdout) = child.stdout.take() {
        read_lines(command, stdout, &mut each)?;
    }
    let status = child
        .wait()
        .map_err(|e| format!("waiting for {}: {e}", line_of(command)))?;
    check(command, status)
}

/// [`lines`] of the error output too, in the order in which both come.
pub(crate) fn all_lines(command: &mut Command, mut each: impl FnMut(&str)) -> Result<(), String> {
    let (reader, writer) = std::io::pipe().map_err(|e| format!("no pipe: {e}"))?;
    let second = writer.try_clone().map_err(|e| format!("no pipe: {e}"))?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(writer)
        .stderr(second)
        .spawn()
        .map_err(|e| cannot_start(command, &e))?;
    // The command holds the ends that are written to: as long as it has them the output does not end.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    read_lines(command, reader, &mut each)?;
    let status = child
        .wait()
        .map_err(|e| format!("waiting for {}: {e}", line_of(command)))?;
    check(command, status)
}

fn read_lines(command: &Command, from: impl std::io::Read, each: &mut dyn FnMut(&str)) -> Result<(), String> {
    for line in BufReader::new(from).split(b'\n') {
        let line = line.map_err(|e| format!("reading from {}: {e}", line_of(command)))?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        each(&line);
    }
    Ok(())
}

/// What a program with a time limit left behind.
pub(crate) struct Finished {
    /// How it ended.
    pub(crate) status: ExitStatus,
    /// Standard output and standard error, the first before the second.
    pub(crate) output: String,
}

/// Runs a program that must end within `limit`; one that does not is killed and is an error that shows what it
/// had written.
pub(crate) fn limited(command: &mut Command, limit: Duration) -> Result<Finished, String> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| cannot_start(command, &e))?;
    let stdout = collect(child.stdout.take());
    let stderr = collect(child.stderr.take());
    let end = Instant::now() + limit;
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break Some(status),
            Ok(None) if Instant::now() >= end => break None,
            Ok(None) => std::thread::sleep(Duration::from_millis(5)),
            Err(e) => return Err(format!("waiting for {}: {e}", line_of(command))),
        }
    };
    if status.is_none() {
        // Ignored: a process that ended in this very moment cannot be killed any more.
        let _ = child.kill();
        let _ = child.wait();
    }
    let output = stdout.recv().unwrap_or_default() + &stderr.recv().unwrap_or_default();
    match status {
        Some(status) => Ok(Finished { status, output }),
        None => Err(format!(
            "{} did not end within {} s\n{output}",
            line_of(command),
            limit.as_secs()
        )),
    }
}

/// The command as one would type it, without its environment.
pub(crate) fn line_of(command: &Command) -> String {
    let mut line = command.get_program().to_string_lossy().into_owned();
    for arg in command.get_args() {
        line.push(' ');
        line.push_str(&arg.to_string_lossy());
    }
    line
}

/// Says how a command ended that should have ended well.
pub(crate) fn ended(command: &Command, status: ExitStatus) -> String {
    format!("`{}` ended with {status}", line_of(command))
}

fn collect(stream: Option<impl std::io::Read + Send + 'static>) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            // Ignored: what could be read before an error is still worth showing.
            let _ = std::io::Read::read_to_end(&mut stream, &mut bytes);
        }
        let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receiver
}

fn check(command: &Command, status: ExitStatus) -> Result<(), String> {
    if status.success() {
        Ok(())
    } else {
        Err(ended(command, status))
    }
}

fn cannot_start(command: &Command, error: &std::io::Error) -> String {
    format!("cannot run `{}`: {error}", line_of(command))
}
