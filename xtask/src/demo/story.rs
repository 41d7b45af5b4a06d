//! What happens in the demo, step by step. The programs hold the same story from their own side.

use super::actor::Stage;

const ALICE: &str = "alice";
const BOB: &str = "bob";
const PHONE: &str = "alice's phone";

/// Plays the story; gives the number of steps seen, or says which one was not.
pub(super) fn play(stage: &mut Stage) -> Result<usize, String> {
    greeting(stage)?;
    away(stage)?;
    back(stage)?;
    second_device(stage)?;
    farewell(stage)?;
    Ok(stage.seen())
}

/// Both log in, exchange texts and a custom message; bob reads, alice sees that he has.
fn greeting(stage: &mut Stage) -> Result<(), String> {
    stage.enter(BOB, BOB, "bob-data", "first")?;
    stage.expect(BOB, "logged in")?;
    stage.enter(ALICE, ALICE, "alice-data", "first")?;
    stage.expect(ALICE, "logged in")?;
    stage.expect(ALICE, "sent: Good morning, Bob!")?;
    stage.expect(BOB, "received from alice: Good morning, Bob!")?;
    stage.expect(BOB, "sent: Good morning, Alice!")?;
    stage.expect(ALICE, "received from bob: Good morning, Alice!")?;
    stage.expect(ALICE, "has read everything from bob")?;
    stage.expect(BOB, "receipt: alice has read my messages")?;
    stage.expect(
        ALICE,
        "sent custom data: {\"invitation\":\"tea\",\"at\":\"five\"}",
    )?;
    stage.expect(
        BOB,
        "received from alice custom data: {\"invitation\":\"tea\",\"at\":\"five\"}",
    )?;
    stage.expect(BOB, "unread with alice 2, in total 2")?;
    stage.expect(BOB, "has read everything from alice")?;
    stage.expect(BOB, "unread with alice 0, in total 0")?;
    stage.expect(ALICE, "receipt: bob has read my messages")
}

/// Bob's program ends; alice writes on.
fn away(stage: &mut Stage) -> Result<(), String> {
    stage.cue(BOB, "go away")?;
    stage.expect(BOB, "gone")?;
    stage.exit(BOB)?;
    stage.cue(ALICE, "bob is away")?;
    stage.expect(ALICE, "sent: Are you coming?")?;
    stage.expect(ALICE, "sent: We have the table by the window.")?;
    stage.expect(ALICE, "sent: I order tea for you.")
}

/// Bob comes back to what he missed, counts it, reads it.
fn back(stage: &mut Stage) -> Result<(), String> {
    stage.enter(BOB, BOB, "bob-data", "back")?;
    stage.expect(BOB, "logged in")?;
    stage.expect(BOB, "received from alice: Are you coming?")?;
    stage.expect(BOB, "received from alice: We have the table by the window.")?;
    stage.expect(BOB, "received from alice: I order tea for you.")?;
    stage.expect(BOB, "unread with alice 3, in total 3")?;
    stage.expect(BOB, "has cleared the unread count of alice")?;
    stage.expect(BOB, "unread with alice 0, in total 0")?;
    stage.expect(ALICE, "receipt: bob has read my messages")
}

/// A second device of alice's starts from nothing and holds the same; what the first one sends reaches it.
fn second_device(stage: &mut Stage) -> Result<(), String> {
    stage.enter(PHONE, ALICE, "alice-phone-data", "phone")?;
    stage.expect(PHONE, "logged in")?;
    stage.expect(
        PHONE,
        "conversation with bob: unread 0, last message: I order tea for you.",
    )?;
    stage.expect(PHONE, "history: me: Good morning, Bob! (read by bob)")?;
    stage.expect(PHONE, "history: bob: Good morning, Alice!")?;
    stage.expect(
        PHONE,
        "history: me: {\"invitation\":\"tea\",\"at\":\"five\"} (read by bob)",
    )?;
    stage.expect(PHONE, "history: me: Are you coming? (read by bob)")?;
    stage.expect(
        PHONE,
        "history: me: We have the table by the window. (read by bob)",
    )?;
    stage.expect(PHONE, "history: me: I order tea for you. (read by bob)")?;
    stage.cue(ALICE, "my phone is on")?;
    stage.expect(ALICE, "sent: See you soon!")?;
    stage.expect(BOB, "received from alice: See you soon!")?;
    stage.expect(PHONE, "sent on another device: See you soon!")
}

fn farewell(stage: &mut Stage) -> Result<(), String> {
    for actor in [BOB, PHONE, ALICE] {
        stage.cue(actor, "the end")?;
        stage.expect(actor, "gone")?;
        stage.exit(actor)?;
    }
    Ok(())
}
