//! Event callbacks: one slot for each event, a list for received messages.
//!
//! What is called is what is registered at the moment of delivery; the table is not locked meanwhile, so a
//! callback may register and remove. Registrations outlive `TIMUninit`.

use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;

use super::support::{UserData, c_text};
use super::types::conversation::{TIMConvEventCallback, TIMConvTotalUnreadMessageCountChangedCallback};
use super::types::experimental::TIMExperimentalNotifyCallback;
use super::types::manager::{
    TIMKickedOfflineCallback, TIMLogCallback, TIMNetworkStatusListenerCallback, TIMUserSigExpiredCallback,
};
use super::types::message::{TIMMsgReadedReceiptCallback, TIMRecvNewMsgCallback};
use crate::driver::EventSink;
use crate::engine::EventKind;

/// One registered callback: `F` is an optional function pointer.
pub(super) struct Slot<F>(Mutex<(F, UserData)>);

impl<F: Copy + Default> Slot<F> {
    fn new() -> Self {
        Self(Mutex::new((F::default(), UserData(std::ptr::null()))))
    }

    /// Registers `cb` in place of what was there; none removes.
    pub(super) fn set(&self, cb: F, user_data: UserData) {
        *self.0.lock() = (cb, user_data);
    }

    fn get(&self) -> (F, UserData) {
        *self.0.lock()
    }
}

/// The events' slots.
pub(super) struct Registrations {
    pub(super) network_status: Slot<TIMNetworkStatusListenerCallback>,
    pub(super) kicked_offline: Slot<TIMKickedOfflineCallback>,
    pub(super) user_sig_expired: Slot<TIMUserSigExpiredCallback>,
    pub(super) experimental_notify: Slot<TIMExperimentalNotifyCallback>,
    pub(super) read_receipt: Slot<TIMMsgReadedReceiptCallback>,
    pub(super) conv_event: Slot<TIMConvEventCallback>,
    pub(super) total_unread: Slot<TIMConvTotalUnreadMessageCountChangedCallback>,
    log: Slot<TIMLogCallback>,
    /// The log slot is filled; asked for every line.
    wants_log: AtomicBool,
    /// In the order of adding.
    receivers: Mutex<Vec<Receiver>>,
}

#[derive(Clone, Copy)]
struct Receiver {
    cb: TIMRecvNewMsgCallback,
    user_data: UserData,
}

impl Registrations {
    pub(super) fn new() -> Self {
        Self {
            network_status: Slot::new(),
            kicked_offline: Slot::new(),
            user_sig_expired: Slot::new(),
            experimental_notify: Slot::new(),
            read_receipt: Slot::new(),
            conv_event: Slot::new(),
            total_unread: Slot::new(),
            log: Slot::new(),
            wants_log: AtomicBool::new(false),
            receivers: Mutex::default(),
        }
    }

    pub(super) fn set_log(&self, cb: TIMLogCallback, user_data: UserData) {
        self.log.set(cb, user_data);
        self.wants_log.store(cb.is_some(), Ordering::Release);
    }

    /// Adds a receive callback; one that is there already gets the new user data and keeps its place.
    pub(super) fn add_receiver(&self, cb: TIMRecvNewMsgCallback, user_data: UserData) {
        if cb.is_none() {
            return;
        }
        let mut receivers = self.receivers.lock();
        match receivers.iter_mut().find(|r| same(r.cb, cb)) {
            Some(known) => known.user_data = user_data,
            None => receivers.push(Receiver { cb, user_data }),
        }
    }

    pub(super) fn remove_receiver(&self, cb: TIMRecvNewMsgCallback) {
        self.receivers.lock().retain(|r| !same(r.cb, cb));
    }

    fn receive(&self, json: &str) {
        let json = c_text(json.to_owned());
        let called = self.receivers.lock().clone();
        for Receiver { cb, .. } in called {
            // One receiver may have removed the next one, or changed its user data.
            let now = self.receivers.lock().iter().find(|r| same(r.cb, cb)).copied();
            if let Some(Receiver {
                cb: Some(cb),
                user_data,
            }) = now
            {
                // SAFETY: the host's function, called as its type says; the text lives until it returns.
                unsafe { cb(json.as_ptr(), user_data.0) }
            }
        }
    }
}

/// The same function of the host.
fn same(a: TIMRecvNewMsgCallback, b: TIMRecvNewMsgCallback) -> bool {
    a.map(|f| f as usize) == b.map(|f| f as usize)
}

impl EventSink for Registrations {
    fn event(&self, kind: &EventKind) {
        // SAFETY, for every call here: the host's function, called as its type says; texts live until it returns.
        match kind {
            EventKind::NetworkStatus { status, code, desc } => {
                if let (Some(cb), UserData(data)) = self.network_status.get() {
                    let desc = c_text(desc.clone());
                    // SAFETY: see above.
                    unsafe { cb(*status, *code, desc.as_ptr(), data) }
                }
            }
            EventKind::KickedOffline => {
                if let (Some(cb), UserData(data)) = self.kicked_offline.get() {
                    // SAFETY: see above.
                    unsafe { cb(data) }
                }
            }
            EventKind::UserSigExpired => {
                if let (Some(cb), UserData(data)) = self.user_sig_expired.get() {
                    // SAFETY: see above.
                    unsafe { cb(data) }
                }
            }
            EventKind::NewMessages { json, .. } => self.receive(json),
            EventKind::Conversations { event, json } => {
                if let (Some(cb), UserData(data)) = self.conv_event.get() {
                    let json = c_text(json.clone());
                    // SAFETY: see above.
                    unsafe { cb(*event, json.as_ptr(), data) }
                }
            }
            EventKind::TotalUnread(count) => {
                if let (Some(cb), UserData(data)) = self.total_unread.get() {
                    // SAFETY: see above.
                    unsafe { cb(*count, data) }
                }
            }
            EventKind::ReadReceipts { json } => {
                if let (Some(cb), UserData(data)) = self.read_receipt.get() {
                    let json = c_text(json.clone());
                    // SAFETY: see above.
                    unsafe { cb(json.as_ptr(), data) }
                }
            }
            EventKind::Notify { key, data: text } => {
                if let (Some(cb), UserData(data)) = self.experimental_notify.get() {
                    let (key, text) = (c_text((*key).to_owned()), c_text(text.clone()));
                    // SAFETY: see above.
                    unsafe { cb(key.as_ptr(), text.as_ptr(), data) }
                }
            }
        }
    }

    fn wants_log(&self) -> bool {
        self.wants_log.load(Ordering::Acquire)
    }

    fn log(&self, level: u8, line: &str) {
        if let (Some(cb), UserData(data)) = self.log.get() {
            let line = c_text(line.to_owned());
            // SAFETY: the host's function, called as its type says; the text lives until it returns.
            unsafe { cb(level.into(), line.as_ptr(), data) }
        }
    }
}
