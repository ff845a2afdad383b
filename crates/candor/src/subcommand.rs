//! `TOOL telemetry status` and its like, as a `clap` subcommand of any tool.

#[cfg(feature = "clap")]
mod definition;
#[cfg(feature = "clap")]
mod run;

#[cfg(feature = "clap")]
#[doc(hidden)]
pub use definition::__TelemetryAction;

/// Written by `candor::manifest!` alone: the subcommand of the `DECLARATION` beside it.
#[cfg(feature = "clap")]
#[doc(hidden)]
#[macro_export]
macro_rules! __telemetry_command {
    () => {
        /// What users can see and decide of the telemetry of this tool: `status`, `on`, `off`, `local`, `preview`, `log`,
        /// `clear`, `reset` and `send`.
        ///
        /// Make it a variant `Telemetry` of the tool's own subcommands, with `#[command(subcommand)]`, and run it before
        /// telemetry is started: it records nothing and shows no notice.
        #[derive(Debug, Clone)]
        pub struct TelemetryCommand {
            action: $crate::__TelemetryAction,
        }

        impl TelemetryCommand {
            /// Does what was asked, and prints the answer to standard output, or one line about what went wrong to
            /// standard error. The flags of the same command line have their say.
            #[must_use = "the tool is to end with this code: 0 done, 1 failed"]
            pub fn run(&self, flags: &impl $crate::ConsentFlags) -> ::std::process::ExitCode {
                self.action.run(&DECLARATION, flags)
            }
        }

        impl $crate::__clap::Subcommand for TelemetryCommand {
            fn augment_subcommands(command: $crate::__clap::Command) -> $crate::__clap::Command {
                $crate::__run_if_asked(&DECLARATION);
                $crate::__TelemetryAction::augment(command, DECLARATION.application)
            }

            fn augment_subcommands_for_update(command: $crate::__clap::Command) -> $crate::__clap::Command {
                Self::augment_subcommands(command)
            }

            fn has_subcommand(name: &str) -> bool {
                $crate::__TelemetryAction::is_name(name)
            }
        }

        impl $crate::__clap::FromArgMatches for TelemetryCommand {
            fn from_arg_matches(
                matches: &$crate::__clap::ArgMatches,
            ) -> ::core::result::Result<Self, $crate::__clap::Error> {
                ::core::result::Result::Ok(Self { action: $crate::__TelemetryAction::of(matches)? })
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
macro_rules! __telemetry_command {
    () => {};
}
