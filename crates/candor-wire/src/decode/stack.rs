//! Exceptions, frames and images. What else they hold (`vars`, `context_line`, `abs_path` beside a file's name, …) is
//! skipped and never leaves the body.

use std::borrow::Cow;

use serde_core::de::MapAccess;

use super::{
    limits::{MAX_FRAMES, MAX_IMAGES, MAX_STACKED, MAX_TEXT_BYTES},
    list::{Entry, LastOf, ListIn},
    object::{Into, Members, skip},
    scalar::{Scalar, name_of, truth_of},
};
use crate::{
    Kind,
    report::{Exception, Frame, Image, Level},
};

pub(crate) type Frames = LastOf<Frame, MAX_FRAMES>;
pub(crate) type Images = LastOf<Image, MAX_IMAGES>;

/// An exception with its own stack.
#[derive(Default)]
pub(crate) struct RawException {
    pub(crate) exception: Exception,
    pub(crate) frames: Frames,
}

/// A thread; only its stack matters.
#[derive(Default)]
pub(crate) struct RawThread {
    pub(crate) crashed: bool,
    pub(crate) current: bool,
    pub(crate) frames: Frames,
}

/// What is left of the frames and images that a body may have. Once there is nothing left, reports go without.
pub(crate) struct Room(usize);

impl Default for Room {
    fn default() -> Self {
        Self(MAX_STACKED)
    }
}

impl Room {
    /// Leaves out what there is no room for: of frames the outermost, of images any.
    pub(crate) fn hold(&mut self, frames: &mut Vec<Frame>, images: &mut Vec<Image>) {
        frames.drain(..frames.len().saturating_sub(self.0));
        self.0 -= frames.len();
        images.truncate(self.0);
        self.0 -= images.len();
    }
}

/// The exceptions of a chain, and the stack of the last one that has one; every text held to its bound.
pub(crate) fn chain(exceptions: Vec<RawException>) -> (Vec<Exception>, Vec<Frame>) {
    let mut frames = Vec::new();
    let mut chain = Vec::with_capacity(exceptions.len());
    for RawException { exception, frames: own } in exceptions {
        if !own.is_empty() {
            frames = held_frames(own);
        }
        let Exception { class, value, mechanism, handled } = exception;
        let (value, mechanism) = (value.map(text), mechanism.map(text));
        let class = if class.is_empty() { "unknown".to_owned() } else { text(class) };
        chain.push(Exception { class, value, mechanism, handled });
    }
    (chain, frames)
}

/// What an event of this level is that tells of these exceptions: an exception that nobody handled is a crash, and a
/// message for information is no error, whatever it is sent by.
pub(crate) fn kind_of(level: Level, chain: &[Exception]) -> Kind {
    match level {
        _ if chain.iter().any(|exception| exception.handled == Some(false)) => Kind::Crash,
        Level::Fatal => Kind::Crash,
        Level::Debug | Level::Info | Level::Warning if chain.is_empty() => Kind::Track,
        _ => Kind::Error,
    }
}

/// The frames with every text held to its bound.
pub(crate) fn held_frames(frames: Frames) -> Vec<Frame> {
    let held = |frame: Frame| {
        let Frame { function, module, filename, .. } = frame;
        Frame { function: function.map(text), module: module.map(text), filename: filename.map(file_name), ..frame }
    };
    frames.into_vec().into_iter().map(held).collect()
}

/// The images with every text held to its bound.
pub(crate) fn held_images(images: Images) -> Vec<Image> {
    let held = |image: Image| {
        let Image { format, code_id, debug_id, code_file, .. } = image;
        let (format, code_id) = (text(format), code_id.map(text));
        Image { format, code_id, debug_id: debug_id.map(text), code_file: code_file.map(text), ..image }
    };
    images.into_vec().into_iter().map(held).collect()
}

/// The name of a source file. Of one that is named by its whole way as a URL, only its last part: the rest says where
/// somebody works.
fn file_name(name: String) -> String {
    match name.strip_prefix("file:").and_then(|path| path.rsplit('/').next()) {
        Some(last) => text(last.to_owned()),
        None => text(name),
    }
}

/// As much of a text as is kept of one.
pub(crate) fn text(text: String) -> String {
    cut(text, MAX_TEXT_BYTES)
}

/// The first bytes of a text, up to the end of a character.
pub(crate) fn cut(mut text: String, bytes: usize) -> String {
    text.truncate(text.floor_char_boundary(bytes));
    text
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
            "type" => self.exception.class = name_of(object)?.unwrap_or_default(),
            "value" => self.exception.value = name_of(object)?,
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
            "type" => self.0.mechanism = name_of(object)?,
            "handled" => self.0.handled = truth_of(object)?,
            _ => skip(object)?,
        }
        Ok(())
    }
}

impl<'de> Members<'de> for RawThread {
    fn member<A: MapAccess<'de>>(&mut self, name: Cow<'de, str>, object: &mut A) -> Result<(), A::Error> {
        match &*name {
            "crashed" => self.crashed = truth_of(object)? == Some(true),
            "current" => self.current = truth_of(object)? == Some(true),
            "stacktrace" => object.next_value_seed(ListIn("frames", &mut self.frames))?,
            _ => skip(object)?,
        }
        Ok(())
    }
}

impl<'de> Members<'de> for Frame {
    fn member<A: MapAccess<'de>>(&mut self, name: Cow<'de, str>, object: &mut A) -> Result<(), A::Error> {
        match &*name {
            "function" => self.function = name_of(object)?,
            "module" => self.module = name_of(object)?,
            // What native clients call the crate or the library.
            "package" => {
                let package = name_of(object)?;
                self.module = self.module.take().or(package);
            }
            "filename" => self.filename = name_of(object)?,
            "lineno" => self.line = number(object)?.and_then(|line| u32::try_from(line).ok()),
            "in_app" => self.in_app = truth_of(object)?,
            "instruction_addr" => self.instruction_addr = number(object)?,
            _ => skip(object)?,
        }
        Ok(())
    }
}

impl<'de> Members<'de> for Image {
    fn member<A: MapAccess<'de>>(&mut self, name: Cow<'de, str>, object: &mut A) -> Result<(), A::Error> {
        match &*name {
            "type" => self.format = name_of(object)?.unwrap_or_default(),
            "code_id" => self.code_id = name_of(object)?,
            // The second of each pair is what older clients call it.
            "debug_id" | "id" => self.debug_id = name_of(object)?,
            "code_file" | "name" => self.code_file = name_of(object)?,
            "image_addr" => self.image_addr = number(object)?,
            "image_size" => self.image_size = number(object)?,
            _ => skip(object)?,
        }
        Ok(())
    }
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
