//! The only source of chance of a run, and what one seed draws from it for the whole run.

/// SplitMix64.
#[derive(Debug, Clone)]
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed ^ 0x5851_f42d_4c95_7f2d)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which is not 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// True in `per_mille` of a thousand cases.
    pub(crate) fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// A duration whose mean is `mean`, from a tenth of it to its double.
    pub(crate) fn around(&mut self, mean: u64) -> u64 {
        let low = (mean / 10).max(1);
        self.between(low, (mean * 2).saturating_sub(low).max(low))
    }

    pub(crate) fn bytes16(&mut self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.next().to_le_bytes());
        bytes[8..].copy_from_slice(&self.next().to_le_bytes());
        bytes
    }
}

/// What goes wrong, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A connection breaks; both sides, one side or nobody is told.
    Cut,
    /// A device's bytes stall for a while, in one direction or in both; new connections fail or hang.
    Partition,
    /// The server's process dies at some instant and is started again.
    KillServer,
    /// A device's process dies at some instant and is started again.
    KillDevice,
    /// A device's process ends in good order and is started again.
    Quit,
    /// The app logs out and later in again.
    Logout,
    /// The app is removed with its data and installed again.
    Reinstall,
    /// A device's wall clock jumps.
    ClockJump,
}

/// What one seed stands for.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Milliseconds of faults and work; then the faults stop.
    pub(crate) busy_ms: u64,
    /// Mean milliseconds between two acts of one app.
    pub(crate) act_ms: u64,
    pub(crate) heartbeat_s: u32,
    /// Typical one-way delay of a packet, milliseconds.
    pub(crate) delay_ms: u64,
    /// Packets of a thousand that take up to `long_ms`.
    pub(crate) long_per_mille: u64,
    pub(crate) long_ms: u64,
    /// Each kind of fault that this seed has, with its mean interval in milliseconds.
    pub(crate) faults: Vec<(Fault, u64)>,
    /// Batches of a thousand for which the server's disk takes long.
    pub(crate) slow_disk_per_mille: u64,
    /// Turns of a thousand at which the engine's loop finds only a part of what waits.
    pub(crate) part_per_mille: u64,
    /// Sends of a thousand that are online-only, not counted as unread, or no preview.
    pub(crate) odd_flags_per_mille: u64,
    /// Receive callbacks of a thousand in which the app does something at once.
    pub(crate) react_per_mille: u64,
    /// Milliseconds after which each device is started for the first time.
    pub(crate) first_start: [u64; 3],
    /// Wall clocks against the server's, milliseconds.
    pub(crate) skew_ms: [i64; 3],
}

impl Plan {
    pub(crate) fn draw(rng: &mut Rng) -> Self {
        let busy_ms = rng.between(60, 240) * 1000;
        let sends = rng.between(20, 60);
        let mut faults = Vec::new();
        let kinds = [
            (Fault::Cut, 700, 8_000, 60_000),
            (Fault::Partition, 500, 20_000, 90_000),
            (Fault::KillServer, 600, 15_000, 90_000),
            (Fault::KillDevice, 700, 8_000, 60_000),
            (Fault::Quit, 300, 20_000, 90_000),
            (Fault::Logout, 350, 25_000, 120_000),
            (Fault::Reinstall, 250, 60_000, 200_000),
            (Fault::ClockJump, 250, 20_000, 100_000),
        ];
        for (kind, per_mille, low, high) in kinds {
            let interval = rng.between(low, high);
            if rng.chance(per_mille) {
                faults.push((kind, interval));
            }
        }
        let first = |rng: &mut Rng| {
            if rng.chance(250) {
                rng.between(1, 50_000)
            } else {
                rng.between(1, 2_000)
            }
        };
        let skew = |rng: &mut Rng| {
            if rng.chance(300) {
                rng.between(0, 600_000).cast_signed() - 300_000
            } else {
                0
            }
        };
        Self {
            busy_ms,
            // Two acts of three are sends, and there are three apps.
            act_ms: busy_ms * 2 / sends,
            heartbeat_s: u32::try_from(rng.between(10, 30)).unwrap(),
            delay_ms: rng.between(1, 120),
            long_per_mille: rng.below(2) * rng.between(1, 40),
            long_ms: rng.between(500, 25_000),
            faults,
            slow_disk_per_mille: rng.below(2) * rng.between(1, 60),
            part_per_mille: rng.between(0, 300),
            odd_flags_per_mille: rng.between(0, 250),
            react_per_mille: rng.between(0, 120),
            first_start: [first(rng), first(rng), first(rng)],
            skew_ms: [skew(rng), skew(rng), skew(rng)],
        }
    }

    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.faults.iter().any(|(kind, _)| *kind == fault)
    }

    /// No fault, no chance of a delay, nobody acts by himself: for scenarios that are written by hand.
    pub(crate) fn calm() -> Self {
        Self {
            busy_ms: u64::MAX / 4,
            act_ms: 0,
            heartbeat_s: 10,
            delay_ms: 10,
            long_per_mille: 0,
            long_ms: 1,
            faults: Vec::new(),
            slow_disk_per_mille: 0,
            part_per_mille: 0,
            odd_flags_per_mille: 0,
            react_per_mille: 0,
            first_start: [1, 2, 3],
            skew_ms: [0; 3],
        }
    }
}
