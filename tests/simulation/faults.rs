//! Faults: when they strike, and how they end.

use crate::chance::Fault;
use crate::device::KillPoint;
use crate::world::{Event, World};

impl World {
    /// One fault of a kind; the next one of that kind is scheduled.
    pub(crate) fn strike(&mut self, fault: Fault, mean: u64) {
        if !self.busy {
            return;
        }
        let wait = self.rng.around(mean);
        self.after(wait, Event::Strike(fault, mean));
        let device = self.rng.below(3) as usize;
        match fault {
            Fault::Cut => {
                let conns: Vec<u64> = self.net.conns.keys().copied().collect();
                if !conns.is_empty() {
                    let conn = conns[self.rng.below(conns.len() as u64) as usize];
                    let told = self.rng.below(4);
                    self.cut(conn, told & 1 == 0, told & 2 == 0);
                }
            }
            Fault::Partition => {
                let ms = self.rng.between(200, 40_000);
                let directions = self.rng.below(4);
                self.partition(device, ms, directions != 1, directions != 2);
            }
            Fault::KillServer => {
                self.kill_server();
                self.soon(10, 20_000, Event::ServerBoot);
            }
            Fault::KillDevice => self.arm(device),
            Fault::Quit => {
                self.shut_down(device);
                self.soon(10, 10_000, Event::Boot(device));
            }
            Fault::Logout => self.app_logout(device),
            Fault::Reinstall => {
                if self.devices[device].life > 0 {
                    self.reinstall(device);
                    self.soon(10, 20_000, Event::Boot(device));
                }
            }
            Fault::ClockJump => {
                let jump = self.rng.between(0, 240_000).cast_signed() - 120_000;
                let d = &mut self.devices[device];
                d.skew_ms += jump;
                let name = d.name;
                self.note(format_args!("{name} clock jumps by {jump} ms"));
            }
        }
    }

    /// The process of a device is to die at the next occasion of some kind.
    fn arm(&mut self, device: usize) {
        let points = [
            KillPoint::Idle,
            KillPoint::MidBatch,
            KillPoint::BeforeCommit,
            KillPoint::AfterCommit,
            KillPoint::MidRelease,
        ];
        let point = points[self.rng.below(5) as usize];
        let Some(process) = &mut self.devices[device].process else {
            return;
        };
        if point == KillPoint::Idle {
            self.kill_device(device, point, Vec::new());
        } else {
            process.armed = Some(point);
        }
        // Should it still live then, because nothing has happened in it, nothing is started.
        self.soon(100, 15_000, Event::Boot(device));
    }

    /// No more faults, and nobody does anything by himself: everything that is down is started.
    pub(crate) fn calm_down(&mut self) {
        self.note(format_args!("the faults stop"));
        self.busy = false;
        for device in 0..self.devices.len() {
            let (now, life) = (self.now, self.devices[device].life);
            self.mend_now(device, now);
            match &mut self.devices[device].process {
                None => self.after(1, Event::Boot(device)),
                Some(process) => {
                    process.armed = None;
                    if !process.logged_in {
                        self.soon(1, 5000, Event::Login { device, life });
                    }
                }
            }
        }
        self.after(1, Event::ServerBoot);
    }
}
