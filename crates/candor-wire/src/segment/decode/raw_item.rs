//! What one item says, before it is known what its batch adds.

use std::borrow::Cow;

use serde_core::de::MapAccess;

use super::{context::ItemContext, endpoint::ItemType};
use crate::decode::{
    Claim, Dropped, Limits,
    attributes::Attributes,
    items::Blank,
    object::{Into, Members, skip},
    scalar::{Scalar, name_of},
};

/// The members of an item. Those not listed (`traits`, `groupId`, `previousId`, `integrations`, …) are skipped.
pub(super) struct RawItem<'l> {
    pub(super) item_type: Option<Result<ItemType, Dropped>>,
    pub(super) message_id: Option<String>,
    pub(super) anonymous_id: Option<String>,
    pub(super) user_id: Option<String>,
    pub(super) event: Option<String>,
    /// The name and the category of a page or screen.
    pub(super) name: Option<String>,
    pub(super) category: Option<String>,
    pub(super) timestamp: Claim,
    pub(super) original_timestamp: Claim,
    pub(super) sent_at: Claim,
    pub(super) write_key: Option<String>,
    pub(super) attributes: Attributes<'l>,
    pub(super) context: ItemContext<'l>,
    limits: &'l Limits,
}

impl<'l> Blank<'l> for RawItem<'l> {
    fn blank(limits: &'l Limits) -> Self {
        Self {
            item_type: None,
            message_id: None,
            anonymous_id: None,
            user_id: None,
            event: None,
            name: None,
            category: None,
            timestamp: None,
            original_timestamp: None,
            sent_at: None,
            write_key: None,
            attributes: Attributes::new(limits),
            context: ItemContext::default(),
            limits,
        }
    }
}

impl<'de> Members<'de> for RawItem<'_> {
    fn member<A: MapAccess<'de>>(&mut self, name: Cow<'de, str>, object: &mut A) -> Result<(), A::Error> {
        match &*name {
            "type" => {
                self.item_type = match object.next_value()? {
                    Scalar::Nothing => None,
                    Scalar::Text(text) => Some(ItemType::from_name(&text).ok_or(Dropped::UnknownType)),
                    _ => Some(Err(Dropped::UnknownType)),
                }
            }
            "messageId" => self.message_id = name_of(object)?,
            "anonymousId" => self.anonymous_id = name_of(object)?,
            "userId" => self.user_id = name_of(object)?,
            "event" => self.event = name_of(object)?,
            "name" => self.name = name_of(object)?,
            "category" => self.category = name_of(object)?,
            "timestamp" => self.timestamp = claim_of(object)?,
            "originalTimestamp" => self.original_timestamp = claim_of(object)?,
            "sentAt" => self.sent_at = claim_of(object)?,
            "writeKey" => self.write_key = name_of(object)?,
            "properties" => drop(object.next_value_seed(Into(&mut self.attributes))?),
            "context" => object.next_value_seed(self.context.reading(self.limits))?,
            _ => skip(object)?,
        }
        Ok(())
    }
}

pub(super) fn claim_of<'de, A: MapAccess<'de>>(object: &mut A) -> Result<Claim, A::Error> {
    object.next_value::<Scalar<'_>>().map(|value| value.as_timestamp())
}
