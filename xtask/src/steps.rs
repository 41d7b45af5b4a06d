//! Records the steps of a long command: how each ended, how long it took, how many tests it ran.

use std::time::{Duration, Instant};

/// Tests that a step ran.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Ended well.
    pub(crate) passed: u64,
    /// Did not.
    pub(crate) failed: u64,
    /// Were left out.
    pub(crate) skipped: u64,
}

/// How a step ended that did not fail.
pub(crate) enum Outcome {
    /// All well; the tests that it ran, none for a step that is one check by itself.
    Passed(Counts),
    /// Could not be done on this machine: the reason, and how to get what is missing.
    Skipped(String),
}

struct Step {
    name: &'static str,
    verdict: &'static str,
    detail: String,
    took: Duration,
}

/// The steps so far.
pub(crate) struct Steps {
    strict: bool,
    only: Option<String>,
    steps: Vec<Step>,
    counts: Counts,
    started: Instant,
}

impl Steps {
    /// No steps yet. With `strict` a skipped step is a failure. With `only` nothing runs but the steps whose names
    /// contain this text.
    pub(crate) fn new(strict: bool, only: Option<&str>) -> Self {
        Self {
            strict,
            only: only.map(str::to_owned),
            steps: Vec::new(),
            counts: Counts::default(),
            started: Instant::now(),
        }
    }

    /// Runs one step; true when it ended well. A failure is shown at once and does not stop the next step. The
    /// tests of a failed step that counts them are given in `Err` beside the reason. A step that was not asked for
    /// counts as done: what it builds may be there from an earlier run.
    pub(crate) fn run(
        &mut self,
        name: &'static str,
        step: impl FnOnce() -> Result<Outcome, (String, Counts)>,
    ) -> bool {
        if self
            .only
            .as_ref()
            .is_some_and(|only| !name.contains(only.as_str()))
        {
            return true;
        }
        println!("==> {name}");
        let start = Instant::now();
        let ended = step();
        let took = start.elapsed();
        let (verdict, detail, counts) = match ended {
            Ok(Outcome::Passed(counts)) => ("passed", String::new(), counts),
            Ok(Outcome::Skipped(reason)) => {
                let verdict = if self.strict { "FAILED" } else { "skipped" };
                (verdict, reason, Counts::default())
            }
            Err((reason, counts)) => ("FAILED", reason, counts),
        };
        if !detail.is_empty() {
            eprintln!("{name}: {verdict}: {detail}");
        }
        self.counts.add(if counts == Counts::default() {
            Counts::one(verdict)
        } else {
            counts
        });
        let detail = detail.lines().next().unwrap_or_default().to_owned();
        self.steps.push(Step {
            name,
            verdict,
            detail,
            took,
        });
        verdict == "passed"
    }

    /// Prints the summary; an error when a step failed, or when there was none.
    pub(crate) fn finish(self) -> Result<(), String> {
        if self.steps.is_empty() {
            return Err("no step has a name like that".to_owned());
        }
        println!();
        for step in &self.steps {
            let seconds = step.took.as_secs_f64();
            println!(
                "{:>8.1} s  {:<7}  {}  {}",
                seconds, step.verdict, step.name, step.detail
            );
        }
        println!("{:>8.1} s  in all", self.started.elapsed().as_secs_f64());
        let Counts {
            passed,
            failed,
            skipped,
        } = self.counts;
        println!("{passed} passed, {failed} failed, {skipped} skipped");
        let bad: Vec<&str> = self
            .steps
            .iter()
            .filter(|s| s.verdict == "FAILED")
            .map(|s| s.name)
            .collect();
        if bad.is_empty() {
            Ok(())
        } else {
            Err(format!("failed: {}", bad.join(", ")))
        }
    }
}

impl Counts {
    fn one(verdict: &str) -> Self {
        Self {
            passed: u64::from(verdict == "passed"),
            failed: u64::from(verdict == "FAILED"),
            skipped: u64::from(verdict == "skipped"),
        }
    }

    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// Adds the figures of a line `test result: ok. 3 passed; 0 failed; 1 ignored; ...`; other lines add nothing.
    pub(crate) fn add_line(&mut self, line: &str) {
        let Some(rest) = line.trim_start().strip_prefix("test result: ") else {
            return;
        };
        let (_, figures) = rest.split_once(". ").unwrap_or(("", rest));
        for part in figures.split(';') {
            let Some((number, what)) = part.trim().split_once(' ') else {
                continue;
            };
            let Ok(number) = number.parse::<u64>() else {
                continue;
            };
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.skipped += number,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_result_lines_only() {
        let mut counts = Counts::default();
        counts.add_line("running 3 tests");
        counts.add_line(
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.02s",
        );
        counts.add_line("test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out");
        assert_eq!(
            counts,
            Counts {
                passed: 4,
                failed: 2,
                skipped: 1
            }
        );
    }

    #[test]
    fn a_skip_fails_a_strict_run_only() {
        for strict in [false, true] {
            let mut steps = Steps::new(strict, None);
            steps.run("one", || Ok(Outcome::Skipped("no tool".to_owned())));
            assert_eq!(steps.finish().is_err(), strict);
        }
    }
}
