#![allow(clippy::unwrap_used)]

use super::*;

fn shown(url: &Url) -> String {
    format!("{} {}{}", url.address.secure, url.authority(), url.path)
}

fn parse(text: &str) -> Option<String> {
    Url::parse(text).map(|url| shown(&url))
}

// MSG-119
#[test]
fn addresses_are_http_or_https_and_nothing_else() {
    assert_eq!(
        parse("http://host/a/b?c=d#e").as_deref(),
        Some("false host/a/b?c=d")
    );
    assert_eq!(parse("HTTPS://host").as_deref(), Some("true host/"));
    assert_eq!(parse("http://[::1]:81/x").as_deref(), Some("false [::1]:81/x"));
    assert_eq!(
        parse("https://user:secret@host:443/x").as_deref(),
        Some("true host/x")
    );
    for bad in [
        "",
        "host/a",
        "file:///etc/passwd",
        "ftp://host/x",
        "http://",
        "javascript:1",
    ] {
        assert_eq!(parse(bad), None, "{bad}");
    }
}

#[test]
fn a_redirect_is_followed_from_where_it_was_met() {
    let from = Url::parse("https://host:8443/a/b?c").unwrap();
    let to = |location: &str| from.join(location).map(|url| shown(&url));
    assert_eq!(to("/x?y").as_deref(), Some("true host:8443/x?y"));
    assert_eq!(to("c").as_deref(), Some("true host:8443/a/c"));
    assert_eq!(to("//other/x").as_deref(), Some("true other/x"));
    assert_eq!(to("http://other/x").as_deref(), Some("false other/x"));
    assert_eq!(to("file:///etc/passwd"), None);
    assert_eq!(to("data:text/plain,x"), None);
}
