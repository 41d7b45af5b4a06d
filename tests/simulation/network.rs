//! The network: one TCP-like connection per link. What is sent arrives in order or not at all; how long it
//! takes, when it stops and who is told of it is chance.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use timbre::engine::{ConnectTarget, Input, LinkEvent};
use timbre::model::error::code;

use crate::wire;
use crate::world::{Event, World};

/// From a device to the server, or back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dir {
    Up,
    Down,
}

/// What travels.
#[derive(Debug)]
pub(crate) enum Payload {
    /// The server has accepted.
    Opened,
    /// One WebSocket message.
    Packet(Bytes),
    /// The sender has closed its end, after everything that it had sent.
    Close,
}

/// One direction of a connection.
#[derive(Debug, Default)]
struct Pipe {
    queue: VecDeque<(u64, Payload)>,
    /// Nothing arrives before what was sent before it.
    last_at: u64,
    /// An event for the head is on its way.
    pumping: bool,
}

/// One connection.
#[derive(Debug)]
pub(crate) struct Conn {
    pub(crate) device: usize,
    life: u32,
    pub(crate) link: u64,
    /// The device believes that it is open, or still opening.
    client: bool,
    /// The server believes that it is open.
    pub(crate) server: bool,
    /// Nothing gets through any more, and nobody has been told.
    dead: bool,
    up: Pipe,
    down: Pipe,
}

/// All connections, and who is cut off.
#[derive(Debug, Default)]
pub(crate) struct Net {
    pub(crate) conns: BTreeMap<u64, Conn>,
    last: u64,
    /// By device: until when, and in which directions, its bytes stall.
    partitions: BTreeMap<usize, Partition>,
}

#[derive(Debug, Clone, Copy)]
struct Partition {
    until: u64,
    up: bool,
    down: bool,
}

/// What becomes of a connection whose end has died.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The process has died: its machine sends what it had written, and closes.
    Farewell,
    /// The machine refuses what still comes; what was under way is lost.
    Reset,
    /// The machine is gone: nobody is told.
    Silence,
}

impl Conn {
    fn pipe(&mut self, dir: Dir) -> &mut Pipe {
        match dir {
            Dir::Up => &mut self.up,
            Dir::Down => &mut self.down,
        }
    }
}

impl World {
    fn delay(&mut self) -> u64 {
        if self.busy && self.rng.chance(self.plan.long_per_mille) {
            self.rng.between(1, self.plan.long_ms)
        } else {
            self.rng.around(self.plan.delay_ms)
        }
    }

    /// Until when bytes of this direction stall.
    fn stalled(&self, device: usize, dir: Dir) -> Option<u64> {
        let partition = self.net.partitions.get(&device)?;
        let hit = match dir {
            Dir::Up => partition.up,
            Dir::Down => partition.down,
        };
        (hit && partition.until > self.now).then_some(partition.until)
    }

    /// The device asks for a connection.
    pub(crate) fn dial(&mut self, device: usize, target: &ConnectTarget) {
        self.net.last += 1;
        let (conn, life) = (self.net.last, self.devices[device].life);
        self.net.conns.insert(
            conn,
            Conn {
                device,
                life,
                link: target.link,
                client: true,
                server: false,
                dead: false,
                up: Pipe::default(),
                down: Pipe::default(),
            },
        );
        self.devices[device].conn = Some(conn);
        let delay = self.delay();
        self.after(delay, Event::Dial(conn));
    }

    pub(crate) fn on_dial(&mut self, conn: u64) {
        let Some(c) = self.net.conns.get(&conn) else {
            return;
        };
        let device = c.device;
        if !c.client {
            self.net.conns.remove(&conn);
            return;
        }
        let name = self.devices[device].name;
        let cut_off = self
            .stalled(device, Dir::Up)
            .or(self.stalled(device, Dir::Down))
            .is_some();
        if cut_off || !self.server.is_up() {
            // A machine that is down answers nothing; a partition may show as either.
            if self.rng.chance(400) {
                self.note(format_args!("{name} #{conn} connecting hangs"));
                if let Some(c) = self.net.conns.get_mut(&conn) {
                    c.dead = true;
                }
                return;
            }
            let code = if cut_off {
                code::NET_UNREACH
            } else {
                code::NET_CONN_REFUSE
            };
            self.note(format_args!("{name} #{conn} connecting fails with {code}"));
            self.tell_client(conn, |link| LinkEvent::Failed {
                link,
                code,
                text: "simulated".to_owned(),
            });
            self.client_end(conn, false);
            return;
        }
        self.note(format_args!("{name} #{conn} accepted"));
        self.server.accept(conn);
        if let Some(c) = self.net.conns.get_mut(&conn) {
            c.server = true;
        }
        self.send(conn, Dir::Down, Payload::Opened);
    }

    /// Puts something into a pipe.
    pub(crate) fn send(&mut self, conn: u64, dir: Dir, payload: Payload) {
        let delay = self.delay();
        let now = self.now;
        let Some(c) = self.net.conns.get_mut(&conn).filter(|c| !c.dead) else {
            return;
        };
        let pipe = c.pipe(dir);
        let at = pipe.last_at.max(now + delay);
        pipe.last_at = at;
        pipe.queue.push_back((at, payload));
        if !std::mem::replace(&mut pipe.pumping, true) {
            self.after(at - now, Event::Pump { conn, dir });
        }
    }

    /// The head of a pipe has arrived.
    pub(crate) fn pump(&mut self, conn: u64, dir: Dir) {
        let Some(c) = self.net.conns.get(&conn).filter(|c| !c.dead) else {
            return;
        };
        if let Some(until) = self.stalled(c.device, dir) {
            let wait = until - self.now + self.rng.below(50);
            self.after(wait, Event::Pump { conn, dir });
            return;
        }
        if dir == Dir::Up && c.server && !self.server.wants_input(conn) {
            // Stays in the server's socket until the session has room.
            let life = self.server.life;
            self.after(20, Event::Pump { conn, dir });
            self.after(5, Event::Poll { life, conn });
            return;
        }
        let now = self.now;
        let Some(pipe) = self.net.conns.get_mut(&conn).map(|c| c.pipe(dir)) else {
            return;
        };
        let Some((_, payload)) = pipe.queue.pop_front() else {
            pipe.pumping = false;
            return;
        };
        match pipe.queue.front().map(|(at, _)| at.saturating_sub(now)) {
            Some(wait) => self.after(wait, Event::Pump { conn, dir }),
            None => pipe.pumping = false,
        }
        match dir {
            Dir::Up => self.arrive_at_server(conn, payload),
            Dir::Down => self.arrive_at_device(conn, payload),
        }
    }

    fn arrive_at_server(&mut self, conn: u64, payload: Payload) {
        let Some(c) = self.net.conns.get(&conn).filter(|c| c.server) else {
            return;
        };
        let name = self.devices[c.device].name;
        match payload {
            Payload::Packet(bytes) => {
                self.note(format_args!("{name} #{conn} -> {}", wire::describe(&bytes)));
                self.server.receive(conn, bytes);
                let life = self.server.life;
                self.soon(0, 2, Event::Poll { life, conn });
            }
            Payload::Close | Payload::Opened => {
                self.note(format_args!("{name} #{conn} closed, the server hears"));
                self.server_end(conn);
            }
        }
    }

    fn arrive_at_device(&mut self, conn: u64, payload: Payload) {
        let Some(c) = self.net.conns.get(&conn).filter(|c| c.client) else {
            return;
        };
        let name = self.devices[c.device].name;
        match payload {
            Payload::Opened => self.tell_client(conn, |link| LinkEvent::Opened { link }),
            Payload::Packet(bytes) => {
                self.note(format_args!("{name} #{conn} <- {}", wire::describe(&bytes)));
                self.tell_client(conn, |link| LinkEvent::Packet { link, bytes });
            }
            Payload::Close => {
                self.note(format_args!("{name} #{conn} closed by the server"));
                self.client_closed(conn);
            }
        }
    }

    fn client_closed(&mut self, conn: u64) {
        let code = code::NET_DISCONNECT;
        self.tell_client(conn, |link| LinkEvent::Closed {
            link,
            code,
            text: "simulated".to_owned(),
        });
        self.client_end(conn, false);
    }

    fn tell_client(&mut self, conn: u64, event: impl FnOnce(u64) -> LinkEvent) {
        let Some(c) = self.net.conns.get(&conn).filter(|c| c.client) else {
            return;
        };
        let (device, life, link) = (c.device, c.life, c.link);
        if self.devices[device].runs(life) {
            self.input(device, Input::Link(event(link)));
        }
    }

    /// The device's end is closed; with `goodbye` the server is to hear of it.
    pub(crate) fn client_end(&mut self, conn: u64, goodbye: bool) {
        if let Some(c) = self.net.conns.get_mut(&conn) {
            c.client = false;
            let device = c.device;
            if self.devices[device].conn == Some(conn) {
                self.devices[device].conn = None;
            }
            if goodbye {
                self.send(conn, Dir::Up, Payload::Close);
            }
        }
        self.reap(conn);
    }

    /// The server's end is closed; what it had sent still arrives.
    pub(crate) fn server_end(&mut self, conn: u64) {
        self.server.drop_session(conn);
        if let Some(c) = self.net.conns.get_mut(&conn)
            && std::mem::take(&mut c.server)
        {
            self.send(conn, Dir::Down, Payload::Close);
        }
        self.reap(conn);
    }

    fn reap(&mut self, conn: u64) {
        if self
            .net
            .conns
            .get(&conn)
            .is_some_and(|c| !c.client && !c.server && c.up.queue.is_empty())
        {
            self.net.conns.remove(&conn);
        }
    }

    /// The process at one end has died.
    pub(crate) fn end_died(&mut self, conn: u64, end: Dir, fate: Fate) {
        let other = match end {
            Dir::Up => Dir::Down,
            Dir::Down => Dir::Up,
        };
        let Some(c) = self.net.conns.get_mut(&conn) else {
            return;
        };
        match end {
            Dir::Up => c.client = false,
            Dir::Down => c.server = false,
        }
        match fate {
            Fate::Farewell => self.send(conn, end, Payload::Close),
            Fate::Reset => {
                c.dead = true;
                self.soon(1, 200, Event::Broken { conn, dir: other });
            }
            Fate::Silence => c.dead = true,
        }
        self.reap(conn);
    }

    /// The connection breaks; each end is told or not.
    pub(crate) fn cut(&mut self, conn: u64, tell_client: bool, tell_server: bool) {
        let Some(c) = self.net.conns.get_mut(&conn) else {
            return;
        };
        c.dead = true;
        c.up.queue.clear();
        c.down.queue.clear();
        let name = self.devices[c.device].name;
        self.note(format_args!(
            "{name} #{conn} is cut, told: client {tell_client}, server {tell_server}"
        ));
        if tell_client {
            self.soon(1, 300, Event::Broken { conn, dir: Dir::Up });
        }
        if tell_server {
            self.soon(1, 300, Event::Broken { conn, dir: Dir::Down });
        }
    }

    /// `dir` Up: the device's end is told that the connection is broken; Down: the server's.
    pub(crate) fn on_broken(&mut self, conn: u64, dir: Dir) {
        match dir {
            Dir::Up => self.client_closed(conn),
            Dir::Down => self.server_end(conn),
        }
    }

    /// Cuts a device off for `ms` milliseconds.
    pub(crate) fn partition(&mut self, device: usize, ms: u64, up: bool, down: bool) {
        let until = self.now + ms;
        let name = self.devices[device].name;
        self.note(format_args!(
            "{name} is cut off for {ms} ms, up {up}, down {down}"
        ));
        self.net.partitions.insert(device, Partition { until, up, down });
        self.after(ms, Event::Mend { device, until });
    }

    /// The device uses a connection on which nothing gets through, and does not know.
    pub(crate) fn is_deluded(&self, device: usize) -> bool {
        let conn = self.devices[device]
            .conn
            .and_then(|conn| self.net.conns.get(&conn));
        conn.is_none_or(|c| c.dead)
    }

    /// Something that one end has sent has not arrived at the other yet, on whichever connection of the device. It
    /// may stall for as long as a partition was to last, whether or not that has been mended.
    pub(crate) fn has_bytes_under_way(&self, device: usize) -> bool {
        let mut conns = self.net.conns.values();
        conns.any(|c| c.device == device && !c.dead && !(c.up.queue.is_empty() && c.down.queue.is_empty()))
    }

    /// The device is cut off no longer. What stalls already arrives when the partition was to end.
    pub(crate) fn mend_now(&mut self, device: usize, now: u64) {
        if let Some(partition) = self.net.partitions.get_mut(&device) {
            partition.until = now;
        }
    }

    pub(crate) fn mend(&mut self, device: usize, until: u64) {
        if self.net.partitions.get(&device).is_some_and(|p| p.until == until) {
            self.net.partitions.remove(&device);
            let name = self.devices[device].name;
            self.note(format_args!("{name} is reachable again"));
        }
    }
}
