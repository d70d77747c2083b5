//! Error numbers of the kernel, with their names.

use std::fmt;
use std::io;

/// An error number of the kernel, positive (`errno`).
///
/// ```
/// use nlgen_runtime::Errno;
/// let errno = Errno::from(34);
/// assert_eq!(errno.name(), Some("ERANGE"));
/// assert!(errno.to_string().starts_with("ERANGE"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Errno(i32);

impl Errno {
    /// The number.
    #[must_use]
    pub const fn code(self) -> i32 {
        self.0
    }
}

impl From<i32> for Errno {
    fn from(code: i32) -> Self {
        Self(code)
    }
}

impl From<Errno> for io::Error {
    fn from(errno: Errno) -> Self {
        Self::from_raw_os_error(errno.0)
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // "Numerical result out of range (os error 34)": the number is worth keeping only when the
        // name is unknown.
        let text = io::Error::from_raw_os_error(self.0).to_string();
        let text = text.split(" (os error").next().unwrap_or_default();
        match self.name() {
            Some(name) => write!(f, "{name} ({text})"),
            None => write!(f, "errno {} ({text})", self.0),
        }
    }
}

impl fmt::Debug for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "Errno({})", self.0),
        }
    }
}

/// The numbers of this architecture, by their names in C.
mod number {
    pub(super) use libc::*;

    /// The crate libc does not have it for Android, all of whose architectures have the number of `asm-generic`.
    #[cfg(target_os = "android")]
    pub(super) const ERFKILL: i32 = 132;
}

macro_rules! names {
    ($($name:ident)*) => {
        impl Errno {
            /// The name in C (`"ERANGE"`), when the number has one.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $(number::$name => Some(stringify!($name)),)*
                    // Kernel-internal: it should not reach user space, but does for operations that
                    // a device does not have.
                    524 => Some("ENOTSUPP"),
                    _ => None,
                }
            }

            $(
                #[doc = concat!("`", stringify!($name), "`.")]
                pub const $name: Self = Self(number::$name);
            )*
        }
    };
}

names! {
    EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT ENOTBLK
    EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE
    EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY ELOOP ENOMSG EIDRM
    ENODATA ETIME ENOLINK EPROTO EMULTIHOP EBADMSG EOVERFLOW ENOTUNIQ EILSEQ EUSERS ENOTSOCK
    EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP
    EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET ECONNABORTED
    ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT ECONNREFUSED EHOSTDOWN
    EHOSTUNREACH EALREADY EINPROGRESS ESTALE EDQUOT ENOMEDIUM EMEDIUMTYPE ECANCELED ENOKEY EKEYEXPIRED
    EKEYREVOKED EKEYREJECTED EOWNERDEAD ENOTRECOVERABLE ERFKILL
}
