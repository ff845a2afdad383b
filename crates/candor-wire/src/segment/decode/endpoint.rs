//! Where a body was posted: the path may be all that says what it is.

use crate::record::closed_names;

closed_names! {
    /// The last word of `/v1/…`.
    Endpoint {
        /// Many items, `{"batch": […]}`.
        Batch = "batch",
        /// The same, of things long past.
        Import = "import",
        /// One event.
        Track = "track",
        /// One person's traits.
        Identify = "identify",
        /// One page view.
        Page = "page",
        /// One screen view.
        Screen = "screen",
        /// One membership in a group.
        Group = "group",
        /// One id that replaces another.
        Alias = "alias",
    }
}

/// The `type` of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ItemType {
    Track,
    Identify,
    Page,
    Screen,
    Group,
    Alias,
}

impl Endpoint {
    /// The type that every item has there; `None` where each says its own.
    pub(super) fn item_type(self) -> Option<ItemType> {
        ItemType::from_name(self.as_str())
    }
}

impl ItemType {
    pub(super) fn from_name(name: &str) -> Option<Self> {
        match name {
            "track" => Some(Self::Track),
            "identify" => Some(Self::Identify),
            "page" => Some(Self::Page),
            "screen" => Some(Self::Screen),
            "group" => Some(Self::Group),
            "alias" => Some(Self::Alias),
            _ => None,
        }
    }

    /// The name of the record that a foreign item of this type becomes; an event has its own.
    pub(super) fn record_name(self) -> Option<&'static str> {
        match self {
            Self::Track => None,
            Self::Identify => Some("$identify"),
            Self::Page => Some("$page"),
            Self::Screen => Some("$screen"),
            Self::Group => Some("$group"),
            Self::Alias => Some("$alias"),
        }
    }
}
