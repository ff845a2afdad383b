//! A client's address, and what limits know of it.

use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, SocketAddr};

/// Of an IPv6 address the network that a provider gives to one customer; the rest a customer makes up at will.
const IPV6_NETWORK: u32 = 64;

/// An address that a request came from.
///
/// It has no `Debug`, `Display` or `Serialize` and no way to its bytes but within this folder: whoever holds one can ask for
/// a country and for a [`Sender`], and cannot write it anywhere.
pub(crate) struct ClientAddress(IpAddr);

impl ClientAddress {
    /// The address of whoever opened a connection. An IPv4 address is the same in whatever family it is written.
    pub(crate) fn of_peer(peer: SocketAddr) -> Self {
        Self(peer.ip().to_canonical())
    }

    /// An address as proxies write it: with or without a port, IPv6 with or without brackets.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
        let address = bare.parse().or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()));
        address.ok().map(|address: IpAddr| Self(address.to_canonical()))
    }

    pub(super) fn ip(&self) -> IpAddr {
        self.0
    }

    #[cfg(test)]
    pub(crate) fn for_testing(text: &str) -> Self {
        Self(text.parse().expect("an address"))
    }
}

/// Who sends, as limits tell senders apart: a hash under a key that this process drew and nobody knows. It lives in memory,
/// and is another after a restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Sender {
    hash: u64,
    local: bool,
}

impl Sender {
    /// The number by which a sender is remembered.
    pub(crate) fn number(self) -> u64 {
        self.hash
    }

    /// Whether rates are held against it. They are not against this machine itself: what sits there is a proxy that was not
    /// made known, and speaks for many, or somebody who can do worse.
    pub(crate) fn is_metered(self) -> bool {
        !self.local
    }
}

/// Makes [`Sender`]s of addresses, under a key of this process.
#[derive(Debug, Default)]
pub(crate) struct Senders {
    key: RandomState,
}

impl Senders {
    pub(super) fn of(&self, address: &ClientAddress) -> Sender {
        let hash = match address.0 {
            IpAddr::V4(address) => self.key.hash_one((4, u128::from(address.to_bits()))),
            IpAddr::V6(address) => self.key.hash_one((6, address.to_bits() >> (128 - IPV6_NETWORK))),
        };
        Sender { hash, local: address.0.is_loopback() }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]
    use super::*;
    use std::fmt::{Debug, Display};
    use std::marker::PhantomData;

    struct Printing<T>(PhantomData<T>);

    /// What holds for a type that has no such trait; a type that has it answers by the constant of its own below.
    trait Silent {
        const DEBUG: bool = false;
        const DISPLAY: bool = false;
        const SERIALIZE: bool = false;
    }

    impl<T> Silent for Printing<T> {}

    macro_rules! answers {
        ($bound:path, $name:ident) => {
            impl<T: $bound> Printing<T> {
                const $name: bool = true;
            }
        };
    }

    answers!(Debug, DEBUG);
    answers!(Display, DISPLAY);
    answers!(serde::Serialize, SERIALIZE);

    #[test]
    fn an_address_cannot_be_printed_or_serialised() {
        let text = [Printing::<String>::DEBUG, Printing::<String>::DISPLAY, Printing::<String>::SERIALIZE];
        assert_eq!(text, [true; 3], "the question is answered");
        type Address = Printing<ClientAddress>;
        assert_eq!([Address::DEBUG, Address::DISPLAY, Address::SERIALIZE], [false; 3]);
    }

    #[test]
    fn addresses_are_read_as_proxies_write_them() {
        for (text, expected) in [
            ("192.0.2.1", "192.0.2.1"),
            (" 192.0.2.1:8080 ", "192.0.2.1"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
        ] {
            assert_eq!(ClientAddress::parse(text).unwrap().0, expected.parse::<IpAddr>().unwrap(), "{text}");
        }
        for text in ["", "unknown", "_hidden", "192.0.2", "192.0.2.1, 192.0.2.2", "localhost"] {
            assert!(ClientAddress::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_customer_of_ipv6_is_one_sender_and_another_process_knows_none() {
        let senders = Senders::default();
        let of = |text| senders.of(&ClientAddress::for_testing(text)).number();
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_ne!(of("192.0.2.1"), Senders::default().of(&ClientAddress::for_testing("192.0.2.1")).number());
        assert!(!senders.of(&ClientAddress::for_testing("127.0.0.9")).is_metered());
    }
}
