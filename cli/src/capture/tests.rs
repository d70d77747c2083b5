//! Files made by hand, whole and spoilt.

use super::*;

fn cooked(protocol: u8, bytes: &[u8]) -> Vec<u8> {
    let mut packet = vec![0, 4, 3, 0x38, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, protocol];
    packet.extend_from_slice(bytes);
    packet
}

fn words(big: bool, words: &[u32]) -> Vec<u8> {
    let bytes = words.iter().flat_map(|word| match big {
        true => word.to_be_bytes(),
        false => word.to_le_bytes(),
    });
    bytes.collect()
}

fn pcap(big: bool, magic: u32, link: u32) -> Vec<u8> {
    let packet = cooked(16, &[1, 2, 3]);
    let version = if big { 0x0002_0004 } else { 0x0004_0002 };
    [
        words(big, &[magic, version, 0, 0, 65535, link]),
        words(big, &[5, 7, packet.len() as u32, 99]),
        packet,
        words(big, &[6, 0, 17, 17]),
        cooked(0, &[9]),
    ]
    .concat()
}

fn pcapng(big: bool) -> Vec<u8> {
    let packet = cooked(16, &[1, 2, 3]);
    let padded = [packet.clone(), vec![0]].concat();
    let link = if big { 253 << 16 } else { 253 };
    // Nanoseconds: option 9 of one byte, 9; then the end of the options.
    let option = if big { 0x0009_0001 } else { 0x0001_0009 };
    let value = if big { 9 << 24 } else { 9 };
    [
        words(
            big,
            &[0x0A0D_0D0A, 28, 0x1A2B_3C4D, 1, u32::MAX, u32::MAX, 28],
        ),
        words(big, &[1, 32, link, 65535, option, value, 0, 32]),
        words(big, &[0x0BAD, 12, 12]),
        words(big, &[6, 52, 0, 1, 5, packet.len() as u32, 99]),
        padded.clone(),
        words(big, &[52]),
        words(big, &[3, 36, packet.len() as u32]),
        padded,
        words(big, &[36]),
    ]
    .concat()
}

#[test]
fn both_formats_in_both_orders() {
    let first = |time| Datagram {
        time,
        protocol: 16,
        bytes: &[1, 2, 3],
    };
    for big in [false, true] {
        for (magic, time) in [(0xA1B2_C3D4, 5_000_007_000), (0xA1B2_3C4D, 5_000_000_007)] {
            let file = pcap(big, magic, 253);
            let second = Datagram {
                time: 6_000_000_000,
                protocol: 0,
                bytes: &[9],
            };
            let read = read(&file).unwrap();
            assert_eq!(read.datagrams, [first(time), second], "{big} {magic:x}");
            assert_eq!(read.wrong, None);
        }
        let file = pcapng(big);
        let read = read(&file).unwrap();
        assert_eq!(read.datagrams, [first((1 << 32) + 5), first(0)], "{big}");
        assert_eq!(read.wrong, None);
    }
}

#[test]
fn what_is_no_capture_of_netlink() {
    for (file, wrong) in [
        (vec![], "neither pcap nor pcapng"),
        (b"{ \"json\": 1 }".to_vec(), "neither pcap nor pcapng"),
        (pcap(false, 0xA1B2_C3D4, 1), "its link type is 1, not 253"),
        (
            pcap(false, 0xA1B2_C3D4, 253)[..20].to_vec(),
            "its header is cut short",
        ),
    ] {
        let error = read(&file).unwrap_err();
        assert!(error.contains(wrong), "{error}");
    }
}

#[test]
fn no_cut_and_no_change_panics() {
    for file in [
        pcap(false, 0xA1B2_C3D4, 253),
        pcap(true, 0xA1B2_3C4D, 253),
        pcapng(false),
        pcapng(true),
    ] {
        for len in 0..file.len() {
            let _ = read(&file[..len]);
        }
        for at in 0..file.len() {
            for value in [0, 1, 0x7F, 0x80, 0xFF] {
                let mut changed = file.clone();
                changed[at] = value;
                let _ = read(&changed);
            }
        }
        let cut = read(&file[..file.len() - 1]).unwrap();
        assert!(cut.wrong.is_some());
        assert_eq!(cut.datagrams.len(), 1);
    }
}

/// Packets that are no datagrams are counted by what they are, and the others are read.
#[test]
fn what_is_passed_over() {
    let interface = |link: u32, most: u32| words(false, &[1, 20, link, most, 20]);
    let section = words(
        false,
        &[0x0A0D_0D0A, 28, 0x1A2B_3C4D, 1, u32::MAX, u32::MAX, 28],
    );
    let enhanced = |interface: u32, said: u32, whole: u32, bytes: &[u8]| {
        let mut padded = bytes.to_vec();
        padded.resize(bytes.len().next_multiple_of(4), 0);
        let len = 32 + padded.len() as u32;
        let head = words(false, &[6, len, interface, 0, 5, said, whole]);
        [head, padded, words(false, &[len])].concat()
    };
    let good = cooked(16, &[1, 2, 3, 4]);
    let file = [
        section,
        interface(NETLINK, 0),
        interface(1, 0),
        enhanced(0, 20, 20, &good),
        enhanced(1, 20, 20, &good),
        enhanced(1, 20, 20, &good),
        enhanced(7, 20, 20, &good),
        enhanced(0, 8, 8, &good[..8]),
        enhanced(0, 9000, 9000, &good),
        enhanced(0, 20, 400, &good),
        // Without a body.
        words(false, &[6, 12, 12]),
    ]
    .concat();
    let capture = read(&file).unwrap();
    let datagram = |time| Datagram {
        time,
        protocol: 16,
        bytes: &[1, 2, 3, 4],
    };
    assert_eq!(capture.datagrams, [datagram(5000), datagram(5000)]);
    let expected = [
        (PassedOver::LinkType(1), 2),
        (PassedOver::Interface(7), 1),
        (PassedOver::Short, 1),
        (PassedOver::Malformed, 2),
        (PassedOver::Cut, 1),
    ];
    assert_eq!(capture.passed_over, expected.into());
    assert_eq!(capture.wrong, None);
    let faults: Vec<bool> = capture
        .passed_over
        .keys()
        .map(|why| why.is_fault())
        .collect();
    assert_eq!(faults, [false, true, true, true, true]);
}

/// Times that count from another second, packets of old files, Kuznetzov's variant, and packets that are
/// longer than what is captured of them.
#[test]
fn other_ways_to_write_packets() {
    let packet = cooked(0, &[9, 9, 9, 9]);
    for big in [false, true] {
        let pair = |first: u32, second: u32| match big {
            true => first << 16 | second,
            false => second << 16 | first,
        };
        // The seconds are 64 bits, the first half of which is the small one where the order is little.
        let offset: [u32; 2] = if big { [0, 100] } else { [100, 0] };
        let file = [
            words(
                big,
                &[0x0A0D_0D0A, 28, 0x1A2B_3C4D, 1, u32::MAX, u32::MAX, 28],
            ),
            words(
                big,
                &[
                    1,
                    36,
                    pair(253, 0),
                    20,
                    pair(14, 8),
                    offset[0],
                    offset[1],
                    0,
                    36,
                ],
            ),
            words(big, &[2, 52, pair(0, 0), 0, 2_000_000, 20, 20]),
            packet.clone(),
            words(big, &[52]),
            words(big, &[3, 36, 900]),
            packet.clone(),
            words(big, &[36]),
        ]
        .concat();
        let capture = read(&file).unwrap();
        let times: Vec<u64> = capture.datagrams.iter().map(|one| one.time).collect();
        assert_eq!(times, [102_000_000_000, 0], "{big}");
        assert_eq!(capture.passed_over, [(PassedOver::Cut, 1)].into(), "{big}");

        let version = if big { 0x0002_0004 } else { 0x0004_0002 };
        let file = [
            words(big, &[0xA1B2_CD34, version, 0, 0, 65535, 253]),
            words(big, &[5, 7, 20, 20, 0, 0]),
            packet.clone(),
        ]
        .concat();
        let capture = read(&file).unwrap();
        let times: Vec<u64> = capture.datagrams.iter().map(|one| one.time).collect();
        assert_eq!(times, [5_000_007_000], "{big}");
    }
}

#[test]
fn compressed_files_are_named() {
    assert!(read(&[0x1F, 0x8B, 8, 0]).unwrap_err().contains("zcat"));
    assert!(
        read(&[0x28, 0xB5, 0x2F, 0xFD])
            .unwrap_err()
            .contains("zstdcat")
    );
}
