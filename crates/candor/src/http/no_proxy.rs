//! The hosts that are reached without the proxy.

use std::net::IpAddr;

use super::Url;
use crate::text;

/// Whether the list covers the host of a URL. Entries are separated by commas or blanks:
///
/// ```text
/// *                    every host
/// example.org          that host and those below it; `.example.org` and `*.example.org` say the same
/// 192.0.2.1, [::1]     that address
/// 192.0.2.0/24         the addresses that begin with these bits
/// example.org:8080     only on that port; likewise for addresses
/// ```
///
/// Names are not looked up, so an address covers only a URL that is written with an address.
pub(super) fn covers(list: &str, url: &Url) -> bool {
    list.split(|c: char| c == ',' || c.is_whitespace()).any(|entry| !entry.is_empty() && matches(entry, url))
}

fn matches(entry: &str, url: &Url) -> bool {
    if entry == "*" {
        return true;
    }
    if let Some((network, bits)) = text::split_once(entry, '/') {
        return matches_network(network, bits, url).unwrap_or(false);
    }
    let (host, port) = split_port(entry);
    if port.is_some_and(|port| port != text::of(&url.port)) {
        return false;
    }
    match (host.parse::<IpAddr>(), url.address()) {
        (Ok(listed), Some(address)) => listed.to_canonical() == address.to_canonical(),
        (Err(_), None) => matches_name(host, &url.host),
        // `2.1` is not above 192.0.2.1 as `example.org` is above its hosts.
        _ => false,
    }
}

/// The host without its brackets, and the port if there is one. A bare IPv6 address has colons, but no port.
fn split_port(entry: &str) -> (&str, Option<&str>) {
    if let Some((host, behind)) = entry.strip_prefix('[').and_then(|rest| text::split_once(rest, ']')) {
        return (host, behind.strip_prefix(':'));
    }
    match text::split_once(entry, ':') {
        Some((host, port)) if !port.bytes().any(|byte| byte == b':') => (host, Some(port)),
        _ => (entry, None),
    }
}

fn matches_name(suffix: &str, host: &str) -> bool {
    let suffix = suffix.strip_prefix('*').unwrap_or(suffix);
    let suffix = suffix.strip_prefix('.').unwrap_or(suffix);
    let (suffix, host) = (text::lowercase(text::without_end(suffix, '.')), text::without_end(host, '.'));
    let in_front = host.strip_suffix(suffix.as_str());
    !suffix.is_empty() && in_front.is_some_and(|front| front.is_empty() || front.ends_with('.'))
}

fn matches_network(network: &str, bits: &str, url: &Url) -> Option<bool> {
    let bare = network.strip_prefix('[').and_then(|network| network.strip_suffix(']'));
    let network: IpAddr = bare.unwrap_or(network).parse().ok()?;
    let bits = u32::try_from(text::number(bits)?).ok()?;
    Some(match (network, url.address()?) {
        (IpAddr::V4(network), IpAddr::V4(address)) if bits <= 32 => {
            (network.to_bits() ^ address.to_bits()).checked_shr(32 - bits).unwrap_or(0) == 0
        }
        (IpAddr::V6(network), IpAddr::V6(address)) if bits <= 128 => {
            (network.to_bits() ^ address.to_bits()).checked_shr(128 - bits).unwrap_or(0) == 0
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(url: &str, covered_by: &[&str], not_by: &[&str]) {
        let url = Url::parse(url).expect("a URL");
        for list in covered_by {
            assert!(covers(list, &url), "{list} covers {url:?}");
        }
        for list in not_by {
            assert!(!covers(list, &url), "{list} does not cover {url:?}");
        }
    }

    #[test]
    fn a_name_covers_itself_and_what_is_below_it() {
        check(
            "https://Telemetry.Example.org",
            &["telemetry.example.org", "example.org", ".example.org", "*.example.org", "EXAMPLE.org.", "org", "*"],
            &[
                "",
                ",",
                ".",
                "*.",
                "elemetry.example.org",
                "ample.org",
                "example.or",
                "example",
                "x.telemetry.example.org",
            ],
        );
        check("https://example.org.", &["example.org", ".example.org"], &[]);
    }

    #[test]
    fn entries_are_separated_by_commas_and_blanks() {
        check("http://b.test", &["a.test,b.test", "a.test b.test", " a.test ,\tb.test,"], &["a.test;b.test"]);
    }

    #[test]
    fn a_port_narrows_an_entry() {
        check("https://a.test", &["a.test:443"], &["a.test:80", "a.test:"]);
        check("http://192.0.2.1:8080", &["192.0.2.1:8080"], &["192.0.2.1:80"]);
        check("http://[::1]:8080", &["[::1]:8080", "[::1]", "::1"], &["[::1]:80"]);
    }

    #[test]
    fn addresses_are_compared_as_addresses_and_names_are_not_looked_up() {
        check("http://[2001:db8::1]", &["2001:DB8:0:0::1", "[2001:db8::1]"], &["2001:db8::2", "1", "db8::1"]);
        check("http://[::ffff:192.0.2.1]", &["192.0.2.1"], &[]);
        check("http://192.0.2.1", &["192.0.2.1"], &["2.1", "192.0.2.10", "192.0.2"]);
        check("http://localhost", &["localhost"], &["127.0.0.1", "127.0.0.0/8", "::1"]);
    }

    #[test]
    fn a_network_covers_its_addresses() {
        check(
            "http://10.1.2.3",
            &["10.0.0.0/8", "10.1.2.3/32", "0.0.0.0/0", "10.1.2.0/23"],
            &["10.1.2.2/32", "11.0.0.0/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "/8", "::/0", "x/8"],
        );
        check("http://[fd00::1]", &["fd00::/8", "[fd00::]/8", "::/0"], &["fc00::/8", "fd00::/129", "0.0.0.0/0"]);
    }

    proptest! {
        #[test]
        fn any_list_is_read_without_a_panic(list in "(\\PC|[0-9a-f.:/,*\\[\\] ]){0,40}") {
            for url in ["http://a.test", "http://192.0.2.1", "http://[::1]:8080"] {
                let _ = covers(&list, &Url::parse(url).expect("a URL"));
            }
        }
    }
}
