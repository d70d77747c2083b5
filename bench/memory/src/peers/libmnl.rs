//! libmnl, through libmnl.c beside this file.
#![allow(unsafe_code, reason = "it is in C")]

use std::ffi::{CString, c_char, c_int, c_void};

use crate::device::{Device, FAMILY};

/// As in the C code.
#[repr(C)]
struct WirePeer {
    public_key: [u8; 32],
    preshared_key: [u8; 32],
    endpoint: [u8; 16],
    keepalive: u16,
    address4: [u8; 4],
    address6: [u8; 16],
}

#[repr(C)]
struct WireDevice {
    ifname: *const c_char,
    private_key: *const u8,
    listen_port: u16,
    fwmark: u32,
    peers: *const WirePeer,
    count: u32,
}

// SAFETY: these are the functions of libmnl.c. The readers look at `len` bytes from `at`; the writer reads what its
// pointers lead to, and writes less than 64 KiB.
unsafe extern "C" {
    fn bench_mnl_family(at: *const c_void, len: c_int) -> u64;
    fn bench_mnl_device(at: *const c_void, len: c_int) -> u64;
    fn bench_mnl_strset(at: *const c_void, len: c_int) -> u64;
    fn bench_mnl_features(at: *const c_void, len: c_int) -> u64;
    fn bench_mnl_dump(at: *const c_void, len: c_int) -> u64;
    fn bench_mnl_set_device(device: *const WireDevice, buffer: *mut c_void, family: u16) -> u32;
}

macro_rules! readers {
    ($($name:ident $function:ident)*) => {$(
        pub(super) fn $name(bytes: &[u8]) -> Option<u64> {
            let len = c_int::try_from(bytes.len()).ok()?;
            // SAFETY: so many bytes are there.
            Some(unsafe { $function(bytes.as_ptr().cast(), len) })
        }
    )*};
}

readers! {
    family bench_mnl_family
    device bench_mnl_device
    strset bench_mnl_strset
    features bench_mnl_features
    dump bench_mnl_dump
}

/// More than the message of workload C takes.
const ROOM: usize = 1 << 16;

/// What the writer reads, laid out for C.
pub(super) struct Writer {
    device: &'static Device,
    ifname: CString,
    peers: Vec<WirePeer>,
}

impl Writer {
    pub(super) fn new(device: &'static Device) -> Self {
        let peers = device.peers.iter().map(|peer| WirePeer {
            public_key: peer.public_key,
            preshared_key: peer.preshared_key,
            endpoint: peer.endpoint,
            keepalive: peer.keepalive,
            address4: peer.address4,
            address6: peer.address6,
        });
        Self {
            device,
            ifname: CString::new(device.ifname).expect("the name has no NUL"),
            peers: peers.collect(),
        }
    }

    /// Writes the message over what is in `out`.
    pub(super) fn set_device(&self, out: &mut Vec<u8>) {
        let device = WireDevice {
            ifname: self.ifname.as_ptr(),
            private_key: self.device.private_key.as_ptr(),
            listen_port: self.device.listen_port,
            fwmark: self.device.fwmark,
            peers: self.peers.as_ptr(),
            count: self.peers.len() as u32,
        };
        out.clear();
        out.reserve(ROOM);
        // SAFETY: the buffer has room for any message of these peers, and the function tells how much it wrote.
        unsafe {
            let len = bench_mnl_set_device(&device, out.as_mut_ptr().cast(), FAMILY);
            out.set_len(len as usize);
        }
    }
}
