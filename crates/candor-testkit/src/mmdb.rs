//! Databases of countries, as small as a test needs them: the MaxMind DB format, written.
//!
//! ```text
//! tree: nodes of two 32-bit records | 16 zeros | data | "\xab\xcd\xefMaxMind.com" | metadata
//! ```
//!
//! A record below the number of nodes is a node, that number is "nothing here", and what is above it is a place in the data.
//! IPv4 networks stand below ::/96.

use std::net::IpAddr;

/// When the databases say that they were built: 2026-11-22.
const BUILT: u64 = 1_795_305_600;

/// An encoded value.
#[derive(Debug, Clone)]
pub struct Mmdb(Vec<u8>);

/// A record as `{"country_code": CODE}`.
#[must_use]
pub fn country_code(code: &str) -> Mmdb {
    Mmdb::map(&[("country_code", Mmdb::text(code))])
}

impl Mmdb {
    /// A text of at most 28 bytes.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self([&[2 << 5 | length(text.len())], text.as_bytes()].concat())
    }

    /// A map.
    #[must_use]
    pub fn map(members: &[(&str, Self)]) -> Self {
        let mut bytes = vec![7 << 5 | length(members.len())];
        bytes.extend(members.iter().flat_map(|(name, value)| [Self::text(name).0, value.0.clone()].concat()));
        Self(bytes)
    }

    /// A list.
    #[must_use]
    pub fn list(values: &[Self]) -> Self {
        // Types beyond 7 are written behind the first byte; this is the eleventh.
        let head = vec![length(values.len()), 11 - 7];
        Self(values.iter().fold(head, |bytes, value| [bytes, value.0.clone()].concat()))
    }

    fn unsigned(kind: u8, value: u64) -> Self {
        let bytes: Vec<u8> = value.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
        // Types beyond 7 are written behind the first byte.
        let head = if kind > 7 { vec![length(bytes.len()), kind - 7] } else { vec![kind << 5 | length(bytes.len())] };
        Self([head, bytes].concat())
    }

    /// A whole database of these networks, such as `("192.0.2.0/24", country_code("DE"))`.
    ///
    /// # Panics
    /// When a network is none.
    #[must_use]
    pub fn file(networks: &[(&str, Self)]) -> Vec<u8> {
        let mut tree = vec![[None, None]];
        let mut data: Vec<u8> = Vec::new();
        for (network, value) in networks {
            let (address, bits) = network.split_once('/').expect("ADDRESS/BITS");
            let bits: u32 = bits.parse().expect("a number of bits");
            let (address, bits) = match address.parse().expect("an address") {
                IpAddr::V4(address) => (u128::from(address.to_bits()), bits + 96),
                IpAddr::V6(address) => (address.to_bits(), bits),
            };
            insert(&mut tree, address, bits, data.len());
            data.extend(&value.0);
        }
        let nodes = tree.len();
        let record = |branch: Option<Branch>| match branch {
            None => nodes,
            Some(Branch::Node(node)) => node,
            Some(Branch::Data(offset)) => nodes + 16 + offset,
        };
        let records = tree.into_iter().flatten().map(record);
        let mut file: Vec<u8> =
            records.flat_map(|record| u32::try_from(record).expect("a small file").to_be_bytes()).collect();
        file.extend([0; 16]);
        file.extend(data);
        file.extend(b"\xab\xcd\xefMaxMind.com");
        let number = |value: usize| Self::unsigned(6, value as u64);
        let metadata = [
            ("binary_format_major_version", Self::unsigned(5, 2)),
            ("binary_format_minor_version", Self::unsigned(5, 0)),
            ("build_epoch", Self::unsigned(9, BUILT)),
            ("database_type", Self::text("candor-testkit")),
            ("description", Self::map(&[])),
            ("ip_version", Self::unsigned(5, 6)),
            // An empty array.
            ("languages", Self(vec![0, 4])),
            ("node_count", number(nodes)),
            ("record_size", Self::unsigned(5, 32)),
        ];
        file.extend(Self::map(&metadata).0);
        file
    }
}

/// A length as it stands in the first byte of a value; longer ones are written in another way.
fn length(length: usize) -> u8 {
    assert!(length < 29, "short texts and maps only");
    u8::try_from(length).expect("it is less than 29")
}

#[derive(Debug, Clone, Copy)]
enum Branch {
    Node(usize),
    Data(usize),
}

fn insert(tree: &mut Vec<[Option<Branch>; 2]>, address: u128, bits: u32, offset: usize) {
    let mut node = 0;
    for depth in 0..bits {
        let side = usize::from(address >> (127 - depth) & 1 == 1);
        if depth + 1 == bits {
            tree[node][side] = Some(Branch::Data(offset));
        } else if let Some(Branch::Node(next)) = tree[node][side] {
            node = next;
        } else {
            tree.push([None, None]);
            let next = tree.len() - 1;
            tree[node][side] = Some(Branch::Node(next));
            node = next;
        }
    }
}
