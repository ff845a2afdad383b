//! The opt-out flags of a manifest, and the one to look at what would be sent, as `clap` arguments.

/// Written by `candor::manifest!` alone: a struct with the manifest's flags, for `#[command(flatten)]`. It uses the
/// `DECLARATION` beside it: building the arguments is also where the helper process is recognised, before a command
/// line is asked for that it does not have.
#[cfg(feature = "clap")]
#[doc(hidden)]
#[macro_export]
macro_rules! __telemetry_args {
    (name: $name:literal, opt_out: [$($flag:literal),*], inspect: [$($inspect:literal => $log:literal)?]) => {
        #[doc = ::core::concat!("The arguments by which users of ", $name, " opt out or look at what would be sent.")]
        ///
        /// Flatten them into the tool's own.
        #[derive(Debug, Clone, Default)]
        pub struct TelemetryArgs {
            opted_out_by: ::core::option::Option<&'static str>,
            inspects: bool,
        }

        impl TelemetryArgs {
            const FLAGS: &'static [$crate::__TelemetryFlag] = &[
                $($crate::__TelemetryFlag { name: $flag, help: "Record and send nothing about this run" },)*
            ];
            const INSPECT: &'static [$crate::__TelemetryFlag] = &[
                $($crate::__TelemetryFlag {
                    name: $inspect,
                    help: ::core::concat!("Send nothing; write what would be sent to ", $log),
                })?
            ];
        }

        impl $crate::ConsentFlags for TelemetryArgs {
            fn opted_out_by(&self) -> ::core::option::Option<&str> {
                self.opted_out_by
            }

            fn inspects(&self) -> bool {
                self.inspects
            }
        }

        impl $crate::__clap::Args for TelemetryArgs {
            fn augment_args(command: $crate::__clap::Command) -> $crate::__clap::Command {
                $crate::__run_if_asked(&DECLARATION);
                $crate::__arguments($crate::__arguments(command, Self::FLAGS), Self::INSPECT)
            }

            fn augment_args_for_update(command: $crate::__clap::Command) -> $crate::__clap::Command {
                Self::augment_args(command)
            }
        }

        impl $crate::__clap::FromArgMatches for TelemetryArgs {
            fn from_arg_matches(
                matches: &$crate::__clap::ArgMatches,
            ) -> ::core::result::Result<Self, $crate::__clap::Error> {
                ::core::result::Result::Ok(Self {
                    opted_out_by: $crate::__given(matches, Self::FLAGS),
                    inspects: $crate::__given(matches, Self::INSPECT).is_some(),
                })
            }

            fn update_from_arg_matches(
                &mut self,
                matches: &$crate::__clap::ArgMatches,
            ) -> ::core::result::Result<(), $crate::__clap::Error> {
                *self = <Self as $crate::__clap::FromArgMatches>::from_arg_matches(matches)?;
                ::core::result::Result::Ok(())
            }
        }
    };
}

/// Nothing without the feature `clap`.
#[cfg(not(feature = "clap"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __telemetry_args {
    ($($flags:tt)*) => {};
}

#[cfg(feature = "clap")]
mod flags {
    use clap::{Arg, ArgAction, ArgMatches, Command};

    /// A flag of the manifest.
    #[doc(hidden)]
    #[derive(Debug)]
    pub struct __TelemetryFlag {
        /// With its dashes.
        pub name: &'static str,
        /// What it does.
        pub help: &'static str,
    }

    /// Adds the flags, each understood before and after a subcommand.
    #[doc(hidden)]
    #[must_use]
    pub fn __arguments(command: Command, flags: &'static [__TelemetryFlag]) -> Command {
        flags.iter().fold(command, |command, flag| {
            command.arg(
                Arg::new(flag.name)
                    .long(flag.name.trim_start_matches('-'))
                    .action(ArgAction::SetTrue)
                    .global(true)
                    .help(flag.help)
                    .help_heading("Telemetry"),
            )
        })
    }

    /// The first of the flags that was given.
    #[doc(hidden)]
    #[must_use]
    pub fn __given(matches: &ArgMatches, flags: &'static [__TelemetryFlag]) -> Option<&'static str> {
        flags.iter().map(|flag| flag.name).find(|name| matches.get_flag(name))
    }
}

#[cfg(feature = "clap")]
pub use flags::{__TelemetryFlag, __arguments, __given};

/// Lets the generated arguments recognise the helper process with and without the feature `upload`.
#[doc(hidden)]
pub fn __run_if_asked(_declaration: &'static crate::Declaration) {
    #[cfg(feature = "upload")]
    crate::helper::run_if_asked(_declaration);
}
