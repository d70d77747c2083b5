//! A family of the running kernel, spoken to by its spec.

use std::time::{Duration, Instant};

use nlgen::model::{self, Protocol};
use nlgen_dynamic::{Family, Mode, Operation};
use nlgen_runtime::{Connection, ConnectionBuilder, Errno, Error, Permission};

use crate::catalog::Catalog;
use crate::failure::Failure;

/// Where the kernel is asked, and for how long.
#[derive(clap::Args)]
pub(crate) struct Kernel {
    /// The network namespace: a name of `ip netns`, or a path as /proc/PID/ns/net
    #[arg(long = "ns", value_name = "NAME")]
    namespace: Option<String>,
}

/// How long answers are waited for.
#[derive(clap::Args)]
pub(crate) struct Patience {
    /// Seconds to wait for each part of an answer; 0 waits for ever
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    timeout: Duration,

    /// Seconds after which the request ends, complete or not
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    deadline: Option<Duration>,
}

impl Kernel {
    /// A builder of connections.
    pub(crate) fn builder(&self) -> ConnectionBuilder {
        match &self.namespace {
            Some(name) => ConnectionBuilder::new().namespace_name(name),
            None => ConnectionBuilder::new(),
        }
    }

    /// Why a socket could not be had there.
    pub(crate) fn failure(&self, error: Error, family: &Family) -> Failure {
        match &self.namespace {
            Some(name) if error.errno() == Some(Errno::ENOENT) => Failure::Absent {
                message: format!("there is no network namespace `{name}`"),
                help: Some("ip netns lists those that have names".to_owned()),
            },
            _ => Failure::of_kernel(error, family),
        }
    }
}

impl Patience {
    /// The time of quiet; `None` is for ever.
    fn timeout(&self) -> Option<Duration> {
        (!self.timeout.is_zero()).then_some(self.timeout)
    }

    /// The point in time, from now on; `None` is never.
    fn deadline(&self) -> Option<Instant> {
        Instant::now().checked_add(self.deadline?)
    }
}

/// Reads a time in seconds, which may have a fraction.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let number: f64 = text
        .parse()
        .map_err(|_| "a number of seconds is wanted, as 10 or 0.5".to_owned())?;
    Duration::try_from_secs_f64(number).map_err(|error| error.to_string())
}

/// A family with its spec, and what the runtime wants to know of it.
///
/// The runtime's descriptions of families and operations live as long as the program. One command has one
/// family and one operation, so these are given up to it.
pub(crate) struct Session {
    pub(crate) family: Family,
    pub(crate) id: &'static nlgen_runtime::Family,
}

impl Session {
    /// The family that `name` says: of a shipped spec, one of `NLGEN_SPECS`, or of a file.
    pub(crate) fn find(name: &str) -> Result<Self, Failure> {
        Ok(Self::of(Catalog::from_env().load(name)?))
    }

    fn of(model: model::Family) -> Self {
        let name = forever(&model.name);
        let id = match model.protocol {
            Protocol::Generic { version } => nlgen_runtime::Family::new(name, version),
            Protocol::Raw { number } => nlgen_runtime::Family::raw(name, number),
        };
        Self {
            family: Family::new(model),
            id: Box::leak(Box::new(id)),
        }
    }

    /// Opens a connection that speaks the family's protocol.
    pub(crate) fn connect(
        &self,
        kernel: &Kernel,
        patience: &Patience,
    ) -> Result<Connection, Failure> {
        let builder = kernel.builder().family(self.id);
        let builder = builder.timeout(patience.timeout());
        let conn = builder.deadline(patience.deadline()).open();
        conn.map_err(|error| kernel.failure(error, &self.family))
    }

    /// What the runtime wants to know of an operation.
    pub(crate) fn operation(
        &self,
        operation: &Operation<'_>,
        mode: Mode,
    ) -> Result<&'static nlgen_runtime::Operation, Failure> {
        let parts = operation.mode(mode)?;
        let name = forever(operation.name());
        let made = nlgen_runtime::Operation::new(self.id, name, parts.command);
        let mut made = match parts.reply_command {
            Some(reply) => made.replies(reply),
            None => made,
        };
        if parts.lacks.port_id {
            made = made.without_port_id();
        }
        if parts.lacks.sequence {
            made = made.without_sequence();
        }
        if let Some(number) = parts.returns {
            made = made.returns(number);
        }
        let made = made.needs(match operation.model().permission {
            model::Permission::Anybody => Permission::Anybody,
            model::Permission::Admin => Permission::Admin,
            model::Permission::NamespaceAdmin => Permission::NamespaceAdmin,
        });
        Ok(Box::leak(Box::new(made)))
    }
}

/// A text that stays.
pub(crate) fn forever(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        for (text, expected) in [
            ("10", Some(Duration::from_secs(10))),
            ("0.25", Some(Duration::from_millis(250))),
            ("0", Some(Duration::ZERO)),
            ("-1", None),
            ("soon", None),
            ("NaN", None),
        ] {
            assert_eq!(seconds(text).ok(), expected, "{text}");
        }
    }
}
