//! `nlgen completions`: what a shell needs to complete command lines.

use clap_complete::env::Shells;

use crate::failure::Failure;
use crate::output::Output;

/// Print what makes a shell complete commands, options, and names of families, operations and groups
///
/// For bash: echo 'source <(nlgen completions bash)' >> ~/.bashrc
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The shell
    #[arg(value_name = "SHELL", value_parser = ["bash", "elvish", "fish", "powershell", "zsh"])]
    shell: String,
}

impl Args {
    /// Writes a script for the shell, which runs `nlgen` when there is something to complete.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn run(self, out: &mut Output) -> Result<(), Failure> {
        let shells = Shells::builtins();
        let Some(shell) = shells.completer(&self.shell) else {
            let shell = &self.shell;
            return Err(Failure::usage(format!(
                "nothing is known of the shell `{shell}`"
            )));
        };
        let mut script = Vec::new();
        shell.write_registration("COMPLETE", "nlgen", "nlgen", "nlgen", &mut script)?;
        out.bytes(&script)
    }
}
