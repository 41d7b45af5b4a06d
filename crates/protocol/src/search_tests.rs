use super::*;
use crate::{CustomElement, Element, FileElement, ImageElement, LocationElement, MergedElement, TextElement};

fn body(kinds: Vec<Kind>) -> Body {
    Body {
        elements: kinds
            .into_iter()
            .map(|kind| Element { kind: Some(kind) })
            .collect(),
        ..Body::default()
    }
}

fn text(content: &str) -> Kind {
    Kind::Text(TextElement {
        content: content.into(),
    })
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|t| (*t).to_owned()).collect()
}

fn finds(keywords: &[&str], all: bool, body: &Body) -> bool {
    Matcher::new(&strings(keywords), all).matches(body)
}

// SL-29
#[test]
fn folding_goes_character_by_character() {
    assert_eq!(folded("HeLLo, Wörld ÄÖÜ"), "hello, wörld äöü");
    assert_eq!(folded("ΣΑΣ ς"), "σασ σ");
    assert_eq!(folded("ＡＢｃ！～　ｘ"), "abc!~ x");
    // Simple folding never changes the number of characters: no "ss", no dot beside the i.
    assert_eq!(folded("Straße ẞ"), "straße ß");
    assert_eq!(folded("İ").chars().count(), 1);
    assert_eq!(folded("I"), "i");
    assert_eq!(folded("ꭰᏸꙀ𐐀"), "ᎠᏰꙁ𐐨");
    assert_eq!(folded("搜索消息 サーチ 검색 😀👩‍👩‍👧"), "搜索消息 サーチ 검색 😀👩‍👩‍👧");
    for c in (0..=0x10_ffff).filter_map(char::from_u32) {
        assert_eq!(fold(fold(c)), fold(c), "{c:?}");
    }
    // Every case pair that the standard library knows as a pair of single characters; it knows letters that
    // Unicode has had since version 17 only, the tables here do not.
    let newer = |c: &char| matches!(c, '\u{a7ce}'..='\u{a7d5}' | '\u{16ea0}'..='\u{16ed3}');
    for c in (0..=0x10_ffff).filter_map(char::from_u32).filter(|c| !newer(c)) {
        let mut lower = c.to_lowercase();
        let (Some(low), None) = (lower.next(), lower.next()) else {
            continue;
        };
        let mut back = low.to_uppercase();
        if back.next() == Some(c) && back.next().is_none() {
            assert_eq!(fold(c), fold(low), "{c:?} {low:?}");
        }
    }
}

#[test]
fn texts_are_composed() {
    let known = [
        ("\u{65}\u{301}", "\u{e9}"),
        ("\u{e9}", "\u{e9}"),
        ("\u{1100}\u{1161}\u{11a8}", "\u{ac01}"),
        ("\u{d55c}\u{1100}", "\u{d55c}\u{1100}"),
        ("\u{212b}", "\u{c5}"),
        ("\u{71}\u{323}\u{307}", "\u{71}\u{323}\u{307}"),
        ("\u{71}\u{307}\u{323}", "\u{71}\u{323}\u{307}"),
        ("\u{344}", "\u{308}\u{301}"),
        ("\u{1e9b}\u{323}", "\u{1e9b}\u{323}"),
        ("\u{61}\u{301}\u{301}", "\u{e1}\u{301}"),
        ("\u{958}", "\u{915}\u{93c}"),
        ("\u{fb1d}", "\u{5d9}\u{5b4}"),
        ("\u{65}\u{327}\u{301}\u{78}", "\u{229}\u{301}\u{78}"),
        ("\u{304b}\u{3099}", "\u{304c}"),
        ("\u{2126}", "\u{3a9}"),
        ("\u{1d15e}", "\u{1d157}\u{1d165}"),
        (
            "\u{61}\u{315}\u{300}\u{5ae}\u{300}\u{62}",
            "\u{e0}\u{5ae}\u{300}\u{315}\u{62}",
        ),
        ("\u{f900}", "\u{8c48}"),
    ];
    for (given, composed) in known {
        assert_eq!(nfc(given), composed, "{given:?}");
        assert_eq!(nfc(composed), composed, "{given:?}");
    }
    assert_eq!(nfc("plain"), "plain");
}

// SL-02
#[test]
fn keywords_are_trimmed_composed_and_counted_once() {
    let given = strings(&[
        "  a b ",
        "",
        " \u{3000}\t",
        "A B",
        "e\u{301}",
        "É",
        "x",
        "ｘ",
        "%",
        "_",
    ]);
    let kept = keywords(&given, KEYWORDS, KEYWORD_CHARS).expect("nothing is wrong with them");
    assert_eq!(kept, ["a b", "\u{e9}", "x", "%", "_"]);
    let six = strings(&["1", "2", "3", "4", "5", "6", "1"]);
    assert_eq!(
        keywords(&six, 5, 128),
        Err(KeywordFault::TooMany { found: 6, limit: 5 })
    );
    let long = strings(&[&"字".repeat(129)]);
    assert_eq!(
        keywords(&long, 5, 128),
        Err(KeywordFault::TooLong {
            found: 129,
            limit: 128
        })
    );
    assert!(keywords(&strings(&[&"字".repeat(128)]), 5, 128).is_ok());
}

// SL-06, SL-23
#[test]
fn kinds_that_cannot_be_searched_are_ignored() {
    assert_eq!(wanted_kinds(&[]), KINDS);
    assert_eq!(wanted_kinds(&[0, 1]), 0b11);
    assert_eq!(wanted_kinds(&[5, 6, 8, 10, 11, -1, 13, 99]), 0);
    assert_eq!(wanted_kinds(&[6, 12]), 1 << 12);
    assert_eq!(kinds(&body(vec![Kind::Face(crate::FaceElement::default())])), 0);
    assert_eq!(
        kinds(&body(vec![text("a"), Kind::Image(ImageElement::default())])),
        0b11
    );
}

// SL-03, SL-19, SL-21, SL-23
#[test]
fn only_what_can_be_read_is_searched() {
    let custom = body(vec![Kind::Custom(CustomElement {
        data: "secret".into(),
        desc: "An Invitation".into(),
        ext: "extension".into(),
        sound: "bell".into(),
    })]);
    assert!(finds(&["invit"], false, &custom));
    for hidden in ["secret", "extension", "bell"] {
        assert!(!finds(&[hidden], false, &custom), "{hidden}");
    }
    let file = body(vec![Kind::File(FileElement {
        name: "Report 100%.pdf".into(),
        path: "/home/alice/x".into(),
        ..FileElement::default()
    })]);
    assert!(finds(&["100%"], false, &file));
    assert!(!finds(&["alice"], false, &file));
    let place = body(vec![Kind::Location(LocationElement {
        desc: "天安门广场".into(),
        ..LocationElement::default()
    })]);
    assert!(finds(&["门"], false, &place));
    let merged = body(vec![Kind::Merged(MergedElement {
        title: "Chat of two".into(),
        abstracts: strings(&["bob: hello", "carol: world"]),
        compatible_text: "upgrade".into(),
        ..MergedElement::default()
    })]);
    assert!(finds(&["TWO"], false, &merged));
    assert!(finds(&["carol: w"], false, &merged));
    assert!(!finds(&["upgrade"], false, &merged));
    assert!(!finds(&["hellocarol"], false, &merged));
    assert!(!finds(&["hello carol"], false, &merged));
    let picture = body(vec![Kind::Image(ImageElement {
        path: "beach.png".into(),
        ..ImageElement::default()
    })]);
    assert!(!finds(&["beach"], false, &picture));
    assert!(finds(&[], false, &picture));
}

// SL-03
#[test]
fn and_may_be_met_in_different_texts() {
    let two = body(vec![text("the first"), text("the SECOND")]);
    assert!(finds(&["first", "second"], true, &two));
    assert!(!finds(&["first", "third"], true, &two));
    assert!(finds(&["first", "third"], false, &two));
    assert!(!finds(&["third", "fourth"], false, &two));
    assert!(!finds(&["firstthe"], false, &two));
}

// SL-29
#[test]
fn nothing_is_a_wildcard() {
    let plain = body(vec![text("100 percent a_b \"quoted\" 'x' *")]);
    for literal in ["%", "a%b", "\\", "axb", "quoted*"] {
        assert!(!finds(&[literal], false, &plain), "{literal}");
    }
    for literal in ["_", "a_b", "\"", "'x'", "*", "d\" '"] {
        assert!(finds(&[literal], false, &plain), "{literal}");
    }
}
