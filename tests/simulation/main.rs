//! The deterministic simulation: three real engines over real databases, the real server over its real
//! database, and between them a network that does what networks do. One thread, one virtual clock, one seed.
//!
//! A run works for one to four virtual minutes while connections break, bytes stall, processes die between any
//! two steps and start again; then the faults stop and everything has to settle. All promises are checked on
//! the way and at the end.
//!
//! `TIMBRE_SIM_SEED=n` runs one seed and prints its whole trace; `TIMBRE_SIM_SEEDS=n` sets how many seeds run,
//! `TIMBRE_SIM_FIRST=n` which is the first of them, `TIMBRE_SIM_ENOUGH=n` after how many failures no further one is started.
#![allow(clippy::unwrap_used)]

mod answers;
mod app;
mod book;
mod chance;
mod device;
mod faults;
mod files;
mod network;
mod rest;
mod run;
mod scenarios;
mod server;
mod trace;
mod wire;
mod world;
