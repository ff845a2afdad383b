//! What the user said on the command line.

/// The tool's own opt-out flags, as they were given.
pub trait ConsentFlags {
    /// The flag that opted out, such as `--no-telemetry`; `None` when none was given.
    fn opted_out_by(&self) -> Option<&str>;

    /// Whether the user asked to see what would be sent. Then nothing is sent.
    fn inspects(&self) -> bool {
        false
    }

    /// Whether the notice may be shown in this run. A tool that was asked to be quiet, or for output that a program
    /// reads, says no: then nothing is sent until a run that may show it.
    fn may_show_notice(&self) -> bool {
        true
    }
}

/// For tools without flags of their own.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoFlags;

impl ConsentFlags for NoFlags {
    fn opted_out_by(&self) -> Option<&str> {
        None
    }
}

/// The same flags in a run that asked for quiet: the notice is not shown.
#[derive(Debug, Clone, Copy)]
pub struct Quiet<'a, F>(pub &'a F);

impl<F: ConsentFlags> ConsentFlags for Quiet<'_, F> {
    fn opted_out_by(&self) -> Option<&str> {
        self.0.opted_out_by()
    }

    fn inspects(&self) -> bool {
        self.0.inspects()
    }

    fn may_show_notice(&self) -> bool {
        false
    }
}
