//! What must not come out, and what must.

use candor_privacy::scrub;
use proptest::prelude::*;

#[test]
fn every_line_of_the_corpus_comes_out_as_it_says() {
    for line in include_str!("corpus.txt").lines().filter(|line| !line.starts_with('#')) {
        let (given, expected) = line.split_once(" => ").unwrap_or((line, line));
        assert_eq!(scrub(given), expected, "{given}");
        assert_eq!(scrub(expected), expected, "again: {given}");
    }
}

#[test]
fn what_has_no_secret_is_borrowed() {
    assert!(matches!(scrub("fetched 100 resources"), std::borrow::Cow::Borrowed(_)));
}

/// What must not come out, with the text that has it.
fn planted() -> impl Strategy<Value = (String, String)> {
    let of = |context: &'static str| move |secret: String| (context.replace('@', &secret), secret);
    let number = 1u8..=255;
    prop_oneof![
        "[a-z]{4}qz[a-z]{2}".prop_map(of("/home/@/x")),
        "[A-Z][a-z]{3}qz [A-Z]qz[a-z]{3}".prop_map(of("C:\\Users\\@\\x")),
        "[a-z]{4}qz[0-9]{2}"
            .prop_map(of("https://u:@@example.com/"))
            .prop_map(|(_, secret)| (format!("https://u:{secret}@example.com/"), secret)),
        "[a-z]{4}qz=[a-z0-9]{4}".prop_map(of("https://example.com/?@")),
        "[a-z]{4}qz\\.[a-z]{3}".prop_map(|secret| (format!("{secret}@example.org"), secret)),
        (number.clone(), number.clone(), number.clone(), number).prop_map(|(a, b, c, d)| {
            let secret = format!("{a}.{b}.{c}.{d}");
            (secret.clone(), secret)
        }),
        "(2001:db8|fe80:)(:[0-9]{1,4}){6}"
            .prop_filter("an address", |s| s.parse::<std::net::Ipv6Addr>().is_ok())
            .prop_map(of("@")),
        "[0-9a-f]{2}(:[0-9a-f]{2}){5}".prop_map(of("@")),
        "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}".prop_map(of("@")),
        "[0-9]{12}".prop_map(of("@")),
        "AKIA[A-Z0-9]{15}7".prop_map(of("@")),
        "eyJ[A-Za-z0-9_-]{12}\\.[A-Za-z0-9_-]{12}\\.[A-Za-z0-9_-]{12}".prop_map(of("@")),
        "[a-zA-Z0-9!$%*?.,;:]{6,12}qz".prop_map(of("password=@")),
        "([a-z][0-9][A-Z]){8,14}".prop_map(of("@")),
        "([0-9][a-f]){16,20}".prop_map(of("@")),
        "[2-6][0-9]{14}".prop_map(|digits| {
            let secret = (0..10).map(|check| format!("{digits}{check}")).find(|card| luhn(card)).unwrap_or_default();
            (secret.clone(), secret)
        }),
        "\\+49 1[5-7][0-9] [0-9]{7}".prop_map(of("@")),
    ]
}

fn luhn(card: &str) -> bool {
    let digits = card.bytes().rev().map(|byte| u32::from(byte - b'0')).enumerate();
    digits.map(|(place, digit)| if place % 2 == 0 { digit } else { digit / 5 + digit * 2 % 10 }).sum::<u32>() % 10 == 0
}

/// Pieces of which texts are made that are hard on recognisers.
fn fragment() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,6}",
        "[a-z0-9:./\\\\@<>?#=%_+ -]{0,12}",
        prop::sample::select(vec![
            "<ip>",
            "<user>",
            "<secret>",
            "<query>",
            "<credentials>",
            "/home/",
            "\\Users\\",
            "\\\\",
            "~",
            "://",
            "@",
            "::",
            "?",
            "#",
            "password=",
            "token: ",
            "Bearer ",
            "--secret ",
            "arn:aws:",
            "ip-10-0-",
            "10.0.0.1",
            "fe80::1",
            "aa:bb:cc:dd:ee:ff",
            "ada@example.com",
            "AKIAIOSFODNN7EXAMPLE",
            "4111 1111 1111 1111",
            "123456789012",
            "+49 170 1234567",
            "projects/",
            "/zones",
            "-----BEGIN RSA PRIVATE KEY-----",
            "-----END RSA PRIVATE KEY-----",
            "eyJh.eyJz.c2ln",
            "5f0c9e1a-0b1e-4d56-b0c8-5c931c8cce97",
            "subscriptions/",
            "\"",
            "'",
            " ",
            "\n",
            ".",
            "-",
            "_",
            "ä",
        ])
        .prop_map(str::to_owned),
        planted().prop_map(|(text, _)| text),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_secret_planted_anywhere_never_comes_out(
        before in "([\\PC]{0,20}[ \"'(\\[,;=])?", (text, secret) in planted(), after in "([ \"')\\],;][\\PC]{0,20})?",
    ) {
        let whole = format!("{before}{text}{after}");
        let scrubbed = scrub(&whole);
        prop_assert!(!scrubbed.contains(&secret), "{whole:?} became {scrubbed:?}");
    }

    #[test]
    fn scrubbing_twice_changes_nothing_more(fragments in prop::collection::vec(fragment(), 0..8)) {
        let once = scrub(&fragments.concat()).into_owned();
        prop_assert_eq!(scrub(&once).into_owned(), once);
    }

    #[test]
    fn names_paths_and_versions_of_programs_survive(
        path in "(std|core|app)(::[a-z_]{2,10}){1,4}", version in "[0-9]{1,2}\\.[0-9]{1,2}\\.[0-9]{1,3}(-rc\\.[0-9])?", word in "[a-z]{1,12}",
    ) {
        let text = format!("{path} {version} (v{version}) {word}_{word}-{word}");
        prop_assert_eq!(scrub(&text), text.as_str());
    }
}

proptest! {
    #[test]
    fn a_mere_word_is_never_changed(parts in prop::collection::vec("[a-z_]{0,30}|password|token|akia|sk|home|ip|basic", 0..4)) {
        // Beside a sign that is nobody's secret it takes the long way through every recogniser.
        let word = parts.concat();
        let text = format!("{word} !");
        prop_assert_eq!(scrub(&text), text.as_str());
        prop_assert_eq!(scrub(&word), word.as_str());
    }
}

#[test]
fn texts_that_almost_match_all_along_are_scrubbed_once_and_for_all() {
    // Long enough that a recogniser which looked at the rest of the text from every place would be noticed.
    for piece in [
        "a.",
        "a@",
        "://",
        "::",
        "a:",
        "1 ",
        "1-",
        "1.",
        "/home/",
        "~a",
        "\\\\",
        "token ",
        "eyJ.",
        "<",
        "-----BEGIN ",
        "aA1_",
        "0.0.0.",
        "+1 ",
        "ip-1-",
        "arn:aws",
        "projects/a/",
        "basic ",
    ] {
        let text = piece.repeat(40_000 / piece.len());
        let once = scrub(&text);
        assert!(scrub(&once) == once, "{piece}");
    }
}
