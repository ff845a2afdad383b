//! The batch API of Segment and RudderStack.
