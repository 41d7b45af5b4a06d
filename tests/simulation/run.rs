//! Running seeds.

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use crate::chance::Plan;
use crate::files::Folder;
use crate::world::{Stats, World};

/// Seeds of one test run when nothing else is said.
const SEEDS: u64 = 600;
/// Seeds of a long one.
const LONG_SEEDS: u64 = 6000;
/// Seeds that may fail before the rest is not run any more, when nothing else is said.
const ENOUGH: u64 = 5;

/// What one seed came to.
struct Run {
    stats: Stats,
    digest: (u64, u64),
    failure: Option<String>,
    lines: Vec<String>,
}

fn run_seed(seed: u64, whole_trace: bool) -> Run {
    let folder = Folder::new();
    let mut world = World::new(seed, Plan::draw, folder.path(), whole_trace);
    let result = catch_unwind(AssertUnwindSafe(|| {
        let busy = world.plan.busy_ms;
        world.run_until(busy);
        if world.failure.is_none() {
            world.come_to_rest();
        }
    }));
    if let Err(panic) = result {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("?")
            .to_owned();
        world.fail(format!("a panic: {text}"));
    }
    let run = Run {
        stats: world.stats,
        digest: world.trace.digest(),
        failure: world.failure.clone(),
        lines: world.trace.lines().map(str::to_owned).collect(),
    };
    world.abandon();
    run
}

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn report(seed: u64, run: &Run) -> String {
    let reason = run.failure.as_deref().unwrap_or_default();
    format!(
        "{}\nseed {seed} failed: {reason}\nagain with TIMBRE_SIM_SEED={seed}\n",
        run.lines.join("\n")
    )
}

// P1, P2, P3, P4, P5, P6, P7; CORE-053, CORE-098, MSG-107, MSG-134, CONV-71
#[test]
fn all_promises_hold_whatever_breaks() {
    if let Some(seed) = variable("TIMBRE_SIM_SEED") {
        let run = run_seed(seed, true);
        println!("{}", run.lines.join("\n"));
        assert!(
            run.failure.is_none(),
            "seed {seed} failed: {}",
            run.failure.unwrap_or_default()
        );
        return;
    }
    let usual = if std::env::var_os("TIMBRE_TEST_LONG").is_some() {
        LONG_SEEDS
    } else {
        SEEDS
    };
    let seeds = variable("TIMBRE_SIM_SEEDS").unwrap_or(usual);
    let first = variable("TIMBRE_SIM_FIRST").unwrap_or(1);
    let (next, total, failed) = (
        AtomicU64::new(first),
        Mutex::new(Stats::default()),
        Mutex::new(Vec::new()),
    );
    let enough = variable("TIMBRE_SIM_ENOUGH").unwrap_or(ENOUGH);
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while (failed.lock().unwrap().len() as u64) < enough {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed - first >= seeds {
                        return;
                    }
                    let run = run_seed(seed, false);
                    let mut total = total.lock().unwrap();
                    total.acknowledged += run.stats.acknowledged;
                    total.thrown += run.stats.thrown;
                    total.server_kills += run.stats.server_kills;
                    total.device_kills += run.stats.device_kills;
                    if run.failure.is_some() {
                        failed.lock().unwrap().push((seed, run));
                    }
                }
            });
        }
    });
    let mut failed = failed.into_inner().unwrap();
    failed.sort_by_key(|(seed, _)| *seed);
    if let Some((seed, run)) = failed.first() {
        let others: Vec<String> = failed
            .iter()
            .map(|(seed, run)| format!("seed {seed}: {}", run.failure.as_deref().unwrap_or_default()))
            .collect();
        panic!("{}\n{}", report(*seed, run), others.join("\n"));
    }
    let t = total.into_inner().unwrap();
    // Past the harness, which keeps what a passing test prints to itself.
    let _ = writeln!(
        std::io::stdout(),
        "simulation: {seeds} seeds, {} sends acknowledged, {} messages thrown, {} kills (server {}, client {}), \
         all promises held in {:.1} s",
        t.acknowledged,
        t.thrown,
        t.server_kills + t.device_kills,
        t.server_kills,
        t.device_kills,
        start.elapsed().as_secs_f64()
    );
}

/// The simulation of the simulation: without this, a seed would say nothing.
#[test]
fn one_seed_gives_one_trace() {
    for seed in [7, 8] {
        let (first, second) = (run_seed(seed, true), run_seed(seed, true));
        let differs = first.lines.iter().zip(&second.lines).position(|(a, b)| a != b);
        if let Some(at) = differs {
            panic!(
                "line {at} of seed {seed}:\n{}\n{}",
                first.lines[at], second.lines[at]
            );
        }
        assert_eq!(first.digest, second.digest, "seed {seed}");
    }
    assert_ne!(run_seed(7, false).digest, run_seed(8, false).digest);
}
