//! Connections into other network namespaces.

use std::fs::{File, read_link};
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::PathBuf;
use std::process::Command;

use needs::Need;
use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};
use nlgen_runtime::{Connection, Errno, Error};
use nlgen_tests::netdev;

use crate::namespace::{fresh, fresh_with, interfaces};

fn devices(conn: &mut Connection) -> usize {
    conn.dump(&netdev::DevGetDump::default()).unwrap().len()
}

fn this_namespace() -> PathBuf {
    read_link("/proc/thread-self/ns/net").unwrap()
}

#[test]
fn two_namespaces_in_one_process() {
    fresh(|| {
        interfaces(2);
        let one = File::open("/proc/thread-self/ns/net").unwrap();
        let mut here = Connection::open().unwrap();
        unshare(CloneFlags::CLONE_NEWNET).unwrap();
        interfaces(4);
        let before = this_namespace();

        let path = format!("/proc/self/fd/{}", one.as_raw_fd());
        let mut named = Connection::builder().namespace_name(path).open().unwrap();
        let mut passed = Connection::builder()
            .namespace(OwnedFd::from(one))
            .open()
            .unwrap();
        let mut two = Connection::open().unwrap();
        assert_eq!(this_namespace(), before, "the caller has not moved");
        for _ in 0..2 {
            assert_eq!(devices(&mut two), 5);
            assert_eq!(devices(&mut passed), 3);
            assert_eq!(devices(&mut named), 3);
            assert_eq!(devices(&mut here), 3, "a socket stays where it was made");
        }
    });
}

/// `ip netns` keeps names under /run/netns, here in a mount namespace of the test's own.
#[test]
fn a_namespace_by_its_name() {
    fresh_with(CloneFlags::CLONE_NEWNS, || {
        if !needs::program("ip", "iproute2") {
            return;
        }
        let none = None::<&str>;
        let private = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
        // The first is made of nothing, but valgrind takes none for a wrong address.
        let tmpfs = Some("tmpfs");
        if let Err(error) = mount(tmpfs, "/", tmpfs, private, none) {
            let reason = format!("the mounts cannot be made private: {error}");
            return needs::missing(Need::Capability("mount"), reason);
        }
        mount(tmpfs, "/run", tmpfs, MsFlags::empty(), none).unwrap();
        for words in [
            "netns add blue",
            "-n blue link add v0 type veth peer name v1",
        ] {
            let status = Command::new("ip").args(words.split(' ')).status();
            assert!(status.unwrap().success(), "ip {words}");
        }
        let before = this_namespace();
        let mut blue = Connection::builder().namespace_name("blue").open().unwrap();
        assert_eq!(this_namespace(), before);
        assert_eq!(devices(&mut blue), 3);
        assert_eq!(devices(&mut Connection::open().unwrap()), 1);

        let error = Connection::builder()
            .namespace_name("green")
            .open()
            .unwrap_err();
        assert_eq!(error.errno(), Some(Errno::ENOENT));
        assert_eq!(
            format!("{error:?}"),
            "there is no network namespace \"green\"; `ip netns` lists those that have names"
        );
        let path = "/run/netns/green";
        let builder = Connection::builder().namespace_name(path);
        let error = builder.open().unwrap_err().to_string();
        assert_eq!(error, "there is no network namespace /run/netns/green");
        // A file that is left behind when its namespace is gone.
        File::create(path).unwrap();
        let builder = Connection::builder().namespace_name("green");
        let error = builder.open().unwrap_err().to_string();
        assert_eq!(
            error,
            "the network namespace \"green\" cannot be entered: EINVAL (Invalid argument); it is no network \
             namespace, or no longer one"
        );
    });
}

#[test]
fn a_descriptor_that_is_no_namespace_is_an_error() {
    fresh(|| {
        let file = OwnedFd::from(File::open("/dev/null").unwrap());
        let error = Connection::builder().namespace(file).open().unwrap_err();
        assert!(
            matches!(error, Error::Namespace { name: None, .. }),
            "{error}"
        );
        assert_eq!(error.errno(), Some(Errno::EINVAL));
    });
}
