//! Exceptions, frames and images. What else they hold (`vars`, `context_line`, `abs_path` beside a file's name, …) is
//! skipped and never leaves the body.

use std::borrow::Cow;

use serde_core::de::MapAccess;

use super::list::{Entry, LastOf, ListIn};
use crate::{
    decode::{
        limits::{MAX_FRAMES, MAX_IMAGES},
        object::{Into, Members, skip},
        scalar::Scalar,
    },
    sentry::{Exception, Frame, Image},
};

pub(super) type Frames = LastOf<Frame, MAX_FRAMES>;
pub(super) type Images = LastOf<Image, MAX_IMAGES>;

/// An exception with its own stack.
#[derive(Default)]
pub(super) struct RawException {
    pub(super) exception: Exception,
    pub(super) frames: Frames,
}

/// A thread; only its stack matters.
#[derive(Default)]
pub(super) struct RawThread {
    pub(super) crashed: bool,
    pub(super) current: bool,
    pub(super) frames: Frames,
}

impl Entry for RawException {}

impl Entry for Frame {}

impl Entry for Image {}

impl Entry for RawThread {
    /// Servers have hundreds of threads; the stack of one of these two is looked for.
    fn matters(&self) -> bool {
        self.crashed || self.current
    }
}

impl<'de> Members<'de> for RawException {
    fn member<A: MapAccess<'de>>(&mut self, name: Cow<'de, str>, object: &mut A) -> Result<(), A::Error> {
        match &*name {
            "type" => self.exception.class = text(object)?.unwrap_or_default(),
            "value" => self.exception.value = text(object)?,
            "mechanism" => drop(object.next_value_seed(Into(&mut Mechanism(&mut self.exception)))?),
            "stacktrace" => object.next_value_seed(ListIn("frames", &mut self.frames))?,
            _ => skip(object)?,
        }
        Ok(())
    }
}

struct Mechanism<'a>(&'a mut Exception);

impl<'de> Members<'de> for Mechanism<'_> {
    fn member<A: MapAccess<'de>>(&mut self, name: Cow<'de, str>, object: &mut A) -> Result<(), A::Error> {
        match &*name {
            "type" => self.0.mechanism = text(object)?,
            "handled" => self.0.handled = object.next_value::<Scalar<'_>>()?.into_bool(),
            _ => skip(object)?,
        }
        Ok(())
    }
}

impl<'de> Members<'de> for RawThread {
    fn member<A: MapAccess<'de>>(&mut self, name: Cow<'de, str>, object: &mut A) -> Result<(), A::Error> {
        match &*name {
            "crashed" => self.crashed = object.next_value::<Scalar<'_>>()?.into_bool() == Some(true),
            "current" => self.current = object.next_value::<Scalar<'_>>()?.into_bool() == Some(true),
            "stacktrace" => object.next_value_seed(ListIn("frames", &mut self.frames))?,
            _ => skip(object)?,
        }
        Ok(())
    }
}

impl<'de> Members<'de> for Frame {
    fn member<A: MapAccess<'de>>(&mut self, name: Cow<'de, str>, object: &mut A) -> Result<(), A::Error> {
        match &*name {
            "function" => self.function = text(object)?,
            "module" => self.module = text(object)?,
            // What native clients call the crate or the library.
            "package" => {
                let package = text(object)?;
                self.module = self.module.take().or(package);
            }
            "filename" => self.filename = text(object)?,
            "lineno" => self.line = number(object)?.and_then(|line| u32::try_from(line).ok()),
            "in_app" => self.in_app = object.next_value::<Scalar<'_>>()?.into_bool(),
            "instruction_addr" => self.instruction_addr = number(object)?,
            _ => skip(object)?,
        }
        Ok(())
    }
}

impl<'de> Members<'de> for Image {
    fn member<A: MapAccess<'de>>(&mut self, name: Cow<'de, str>, object: &mut A) -> Result<(), A::Error> {
        match &*name {
            "type" => self.format = text(object)?.unwrap_or_default(),
            "code_id" => self.code_id = text(object)?,
            // The second of each pair is what older clients call it.
            "debug_id" | "id" => self.debug_id = text(object)?,
            "code_file" | "name" => self.code_file = text(object)?,
            "image_addr" => self.image_addr = number(object)?,
            "image_size" => self.image_size = number(object)?,
            _ => skip(object)?,
        }
        Ok(())
    }
}

pub(super) fn text<'de, A: MapAccess<'de>>(object: &mut A) -> Result<Option<String>, A::Error> {
    object.next_value::<Scalar<'_>>().map(Scalar::into_name)
}

/// A number, or a text such as `0x7fa0`.
fn number<'de, A: MapAccess<'de>>(object: &mut A) -> Result<Option<u64>, A::Error> {
    Ok(match object.next_value()? {
        Scalar::Integer(number) => u64::try_from(number).ok(),
        Scalar::Text(text) => match text.strip_prefix("0x") {
            Some(digits) => u64::from_str_radix(digits, 16).ok(),
            None => text.parse().ok(),
        },
        _ => None,
    })
}
