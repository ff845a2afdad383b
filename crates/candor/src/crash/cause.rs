//! What an error is and what caused it, as far as types say it; never its text.

use std::{any::type_name, char, env, error::Error, fmt, io, num, str, string, sync::mpsc, time};

use candor_wire::sentry::Exception;

/// A chain that is longer goes round in a circle.
const MOST_CAUSES: usize = 16;

/// An error that can be reported: everything that implements [`Error`], also as `dyn Error`.
pub trait Cause {
    /// The name of its type, unless that is not known any more.
    #[doc(hidden)]
    fn class(&self) -> Option<&'static str>;

    /// The error as what it has in common with every other.
    #[doc(hidden)]
    fn as_error(&self) -> &(dyn Error + 'static);
}

impl<E: Error + 'static> Cause for E {
    fn class(&self) -> Option<&'static str> {
        // The types that it was made for are cut off: collectors take names of types, and no more.
        let name = type_name::<E>();
        Some(name.split('<').next().unwrap_or(name))
    }

    fn as_error(&self) -> &(dyn Error + 'static) {
        self
    }
}

macro_rules! cause_of_unknown_type {
    ($($error:ty),+) => {$(
        impl Cause for $error {
            fn class(&self) -> Option<&'static str> {
                None
            }

            fn as_error(&self) -> &(dyn Error + 'static) {
                self
            }
        }
    )+};
}

cause_of_unknown_type!(dyn Error, dyn Error + Send, dyn Error + Send + Sync);

/// The error and its causes as exceptions: the first cause first, the error itself last.
pub(crate) fn chain(outermost: &(dyn Error + 'static), class: Option<&'static str>) -> Vec<Exception> {
    let mut exceptions = vec![exception(outermost, class)];
    let mut next = outermost.source();
    while let Some(error) = next.filter(|_| exceptions.len() < MOST_CAUSES) {
        exceptions.push(exception(error, None));
        next = error.source();
    }
    exceptions.reverse();
    exceptions
}

fn exception(error: &(dyn Error + 'static), class: Option<&'static str>) -> Exception {
    let class = known(error).unwrap_or_else(|| class.unwrap_or("unknown").to_owned());
    Exception { class, ..Exception::default() }
}

/// The standard library's errors, by their kind where there is a list of kinds.
fn known(error: &(dyn Error + 'static)) -> Option<String> {
    if let Some(error) = error.downcast_ref::<io::Error>() {
        return Some(format!("std::io::ErrorKind::{:?}", error.kind()));
    }
    if let Some(error) = error.downcast_ref::<num::ParseIntError>() {
        return Some(format!("std::num::IntErrorKind::{:?}", error.kind()));
    }
    macro_rules! plain {
        ($($type:ty = $name:literal),+ $(,)?) => {
            match () { $(() if error.is::<$type>() => Some($name),)+ () => None }
        };
    }
    let class = plain! {
        fmt::Error = "std::fmt::Error",
        num::ParseFloatError = "std::num::ParseFloatError",
        num::TryFromIntError = "std::num::TryFromIntError",
        str::ParseBoolError = "std::str::ParseBoolError",
        str::Utf8Error = "std::str::Utf8Error",
        string::FromUtf8Error = "std::string::FromUtf8Error",
        char::ParseCharError = "std::char::ParseCharError",
        env::VarError = "std::env::VarError",
        time::SystemTimeError = "std::time::SystemTimeError",
        mpsc::RecvError = "std::sync::mpsc::RecvError",
        mpsc::RecvTimeoutError = "std::sync::mpsc::RecvTimeoutError",
    };
    class.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Fetch(Option<Box<dyn Error + Send + Sync>>);

    impl fmt::Display for Fetch {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("hunter2 was refused")
        }
    }

    impl Error for Fetch {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            match &self.0 {
                Some(source) => Some(&**source),
                // A chain that goes round.
                None => Some(self),
            }
        }
    }

    fn chain(cause: &(impl Cause + ?Sized)) -> Vec<Exception> {
        super::chain(cause.as_error(), cause.class())
    }

    fn classes(exceptions: &[Exception]) -> Vec<&str> {
        exceptions.iter().map(|exception| exception.class.as_str()).collect()
    }

    #[test]
    fn a_chain_is_told_by_its_types_and_never_by_its_texts() {
        let io = io::Error::new(io::ErrorKind::NotFound, Fetch(Some("hunter2".into())));
        let error = Fetch(Some(Box::new(io)));
        let told = chain(&error);
        let own = "candor::crash::cause::tests::Fetch";
        assert_eq!(classes(&told), ["unknown", "std::io::ErrorKind::NotFound", own]);
        assert!(!format!("{told:?}").contains("hunter2"));
    }

    #[derive(Debug)]
    struct Of<T>(T);

    impl<T> fmt::Display for Of<T> {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            Ok(())
        }
    }

    impl<T: fmt::Debug> Error for Of<T> {}

    #[test]
    fn a_type_is_named_without_the_types_that_it_was_made_for() {
        assert_eq!(classes(&chain(&Of(Some(1_u8)))), ["candor::crash::cause::tests::Of"]);
    }

    #[test]
    fn an_error_whose_type_is_forgotten_is_still_told_where_it_is_a_known_one() {
        let error: Box<dyn Error + Send + Sync> = Box::new("12x".parse::<u8>().expect_err("no number"));
        assert_eq!(classes(&chain(&*error)), ["std::num::IntErrorKind::InvalidDigit"]);
        let error: Box<dyn Error> = Box::new(Fetch(Some("x".into())));
        assert_eq!(classes(&chain(&*error)), ["unknown", "unknown"]);
    }

    #[test]
    fn a_chain_that_goes_round_ends() {
        assert_eq!(chain(&Fetch(None)).len(), MOST_CAUSES);
    }
}
