//! Netfilter's rules: batches, and what the kernel tells of them.

use std::time::Duration;

use nlgen_runtime::{Batch, Connection, Decode, Errno, Error, Events, Nest, Received, flags};
use nlgen_tests::nftables::{
    self, CmpOps, CounterAttrs, DataAttrs, Event, ExprAttrs, ExprCmpAttrs, ExprImmediateAttrs,
    ExprListAttrs, ExprMetaAttrs, ExprObjrefAttrs, ExprOps, ExprPayloadAttrs, GetchainDump, Getgen,
    GetobjDump, GetruleDump, GetsetelemDump, GettableDump, LimitAttrs, MetaKeys, Newchain, Newobj,
    Newrule, Newset, Newsetelem, Newtable, Nfgenmsg, NftHookAttrs, ObjData, ObjectType,
    PayloadBase, Registers, SetDescAttrs, SetelemAttrs, SetelemListElemAttrs, VerdictAttrs,
    VerdictCode,
};

use crate::namespace::{command, connection, fresh};

/// IPv4, as netfilter counts families of protocols.
pub(crate) const IPV4: Nfgenmsg = Nfgenmsg {
    nfgen_family: 2,
    version: 0,
    res_id: 0,
};

fn connect() -> Connection {
    connection(&nftables::FAMILY)
}

fn table(name: &str) -> Newtable<'_> {
    Newtable::default().header(IPV4).name(name)
}

/// The chain `in` of the table `t`, for packets to this machine.
fn chain<'a>(hook: &'a NftHookAttrs<'a>) -> Newchain<'a> {
    Newchain::default()
        .header(IPV4)
        .table("t")
        .name("in")
        .hook(hook)
        .r#type("filter")
        .policy(VerdictCode::Drop)
}

fn input() -> NftHookAttrs<'static> {
    NftHookAttrs::default().num(1).priority(-5)
}

fn rule<'a>(expressions: &'a ExprListAttrs<'a>) -> Newrule<'a> {
    Newrule::default()
        .header(IPV4)
        .table("t")
        .chain("in")
        .expressions(expressions)
}

fn expr<'a>(data: ExprOps<'a>) -> ExprAttrs<'a> {
    // Setting the data sets its kind.
    ExprAttrs::default().data(data)
}

/// What `nft -j list ruleset` says, as text without spaces.
fn nft() -> String {
    let said = command("nft", "nftables")
        .args(["-j", "list", "ruleset"])
        .output()
        .unwrap();
    assert!(said.status.success(), "{said:?}");
    String::from_utf8(said.stdout).unwrap().replace(' ', "")
}

/// Opens what is in an expression.
fn open<'a, T: Decode<'a> + Clone>(nest: &Nest<'a, T>) -> T {
    nest.get().unwrap()
}

#[test]
fn a_batch_makes_table_chain_object_and_rule() {
    fresh(|| {
        let mut conn = connect();
        let hook = input();
        let counted = CounterAttrs::default().bytes(300).packets(3);
        let counter = Newobj::default()
            .header(IPV4)
            .table("t")
            .name("seen")
            .r#type(ObjectType::Counter)
            .data(ObjData::Counter((&counted).into()));

        let payload = ExprPayloadAttrs::default()
            .dreg(Registers::Reg1)
            .base(PayloadBase::NetworkHeader)
            .offset(9)
            .len(1);
        let udp = DataAttrs::default().value(&[17]);
        let cmp = ExprCmpAttrs::default()
            .sreg(Registers::Reg1)
            .op(CmpOps::Eq)
            .data(&udp);
        let objref = ExprObjrefAttrs::default()
            .imm_type(ObjectType::Counter)
            .imm_name("seen");
        let verdict = VerdictAttrs::default().code(VerdictCode::Accept);
        let verdict = DataAttrs::default().verdict(&verdict);
        let immediate = ExprImmediateAttrs::default()
            .dreg(Registers::RegVerdict)
            .data(&verdict);
        let expressions = [
            expr(ExprOps::Payload((&payload).into())),
            expr(ExprOps::Cmp((&cmp).into())),
            expr(ExprOps::Objref((&objref).into())),
            expr(ExprOps::Immediate((&immediate).into())),
        ];
        let list = ExprListAttrs::default().elem(&expressions);

        let mut batch = Batch::new();
        let create = flags::CREATE | flags::EXCL;
        batch.push(create, &table("t")).unwrap();
        batch.push(create, &chain(&hook)).unwrap();
        batch.push(create, &counter).unwrap();
        batch
            .push(flags::CREATE | flags::APPEND, &rule(&list))
            .unwrap();
        assert_eq!(batch.len(), 4);
        conn.commit(&batch).unwrap();

        let tables = conn.dump(&GettableDump::default()).unwrap();
        let read = tables.iter().next().unwrap().unwrap();
        assert_eq!((tables.len(), read.header.nfgen_family), (1, 2));
        assert_eq!((read.name.unwrap(), read.r#use), ("t".into(), Some(2)));

        let chains = conn.dump(&GetchainDump::default()).unwrap();
        let read = chains.iter().next().unwrap().unwrap();
        assert_eq!(read.name.unwrap(), "in");
        assert_eq!(read.hook.unwrap().get().unwrap(), hook);
        assert_eq!(read.policy, Some(VerdictCode::Drop));
        assert_eq!(read.r#type.unwrap(), "filter");

        let objects = conn.dump(&GetobjDump::default()).unwrap();
        let read = objects.iter().next().unwrap().unwrap();
        assert_eq!((read.name.unwrap(), read.r#use), ("seen".into(), Some(1)));
        let Some(ObjData::Counter(data)) = read.data else {
            panic!("{read:?}")
        };
        assert_eq!(data.get().unwrap(), counted);

        let request = GetruleDump::default().header(IPV4).table("t").chain("in");
        let rules = conn.dump(&request).unwrap();
        let read = rules.iter().next().unwrap().unwrap();
        let read = read.expressions.unwrap().get().unwrap();
        let read: Vec<_> = read.elem.iter().map(|elem| elem.unwrap()).collect();
        let data: Vec<_> = read.iter().map(|elem| elem.data.unwrap()).collect();
        let [
            ExprOps::Payload(first),
            ExprOps::Cmp(second),
            ExprOps::Objref(third),
            ExprOps::Immediate(fourth),
        ] = &data[..]
        else {
            panic!("{read:?}")
        };
        assert_eq!(open(first), payload);
        assert_eq!(open(second), cmp);
        assert_eq!(open(third), objref);
        assert_eq!(open(fourth).dreg, immediate.dreg);
        let fourth = open(&open(fourth).data.unwrap());
        assert_eq!(
            open(&fourth.verdict.unwrap()).code,
            Some(VerdictCode::Accept)
        );

        let told = nft();
        for part in [
            r#"{"table":{"family":"ip","name":"t","#,
            r#""type":"filter","hook":"input","prio":-5,"policy":"drop"}}"#,
            r#"{"counter":{"family":"ip","name":"seen","table":"t","#,
            r#""packets":3,"bytes":300}}"#,
            r#"[{"match":{"op":"==","left":{"payload":{"protocol":"ip","field":"protocol"}},"right":"udp"}},{"counter":"seen"},{"accept":null}]"#,
        ] {
            assert!(told.contains(part), "{part} is not in {told}");
        }
    });
}

#[test]
fn a_refused_message_undoes_the_batch_and_is_named() {
    fresh(|| {
        let mut conn = connect();
        let hook = input();
        let payload = ExprPayloadAttrs::default()
            .dreg(Registers::Reg1)
            .base(PayloadBase::NetworkHeader)
            .offset(9)
            .len(1);
        let udp = DataAttrs::default().value(&[17]);
        // A comparison with a register that is none.
        let cmp = ExprCmpAttrs::default()
            .sreg(Registers::Unknown(77))
            .op(CmpOps::Eq)
            .data(&udp);
        let expressions = [
            expr(ExprOps::Payload((&payload).into())),
            expr(ExprOps::Cmp((&cmp).into())),
        ];
        let list = ExprListAttrs::default().elem(&expressions);
        let good = ExprListAttrs::default();
        let elsewhere = rule(&good).chain("out");

        let mut batch = Batch::new();
        batch.push(flags::CREATE, &table("t")).unwrap();
        batch.push(flags::CREATE, &chain(&hook)).unwrap();
        batch.push(flags::CREATE, &rule(&list)).unwrap();
        batch.push(flags::CREATE, &rule(&good)).unwrap();
        batch.push(flags::CREATE, &elsewhere).unwrap();
        let error = conn.commit(&batch).unwrap_err();
        let Error::Batch(refused) = &error else {
            panic!("{error}")
        };
        let refusals: Vec<_> = refused.refusals().collect();
        let [(2, first), (4, second)] = &refusals[..] else {
            panic!("{error}")
        };
        assert_eq!(refused.errno(), first.errno());
        assert_eq!(second.attribute().unwrap().attributes(), "chain", "{error}");
        assert_eq!(second.errno(), Errno::ENOENT);
        assert!(refused.whole().is_none() && !refused.is_cut());
        let text = error.to_string();
        for part in [
            "message 2 of 5: nftables.newrule/expressions/elem[1]: ERANGE",
            "message 4 of 5: nftables.newrule/chain: ENOENT",
            "nothing of the batch was carried out",
        ] {
            assert!(text.contains(part), "{text}");
        }
        // Atomic: not even the table is there.
        assert!(conn.dump(&GettableDump::default()).unwrap().is_empty());
        assert!(!nft().contains("\"t\""));

        // What was refused last is not refused as last.
        let mut batch = Batch::new();
        batch.push(flags::CREATE, &elsewhere).unwrap();
        batch.push(flags::CREATE, &table("u")).unwrap();
        let error = conn.commit(&batch).unwrap_err().to_string();
        assert!(
            error.starts_with("message 0 of 2: nftables.newrule/table: ENOENT"),
            "{error}"
        );
        assert!(conn.dump(&GettableDump::default()).unwrap().is_empty());
    });
}

#[test]
fn a_batch_for_another_generation_is_refused_whole() {
    fresh(|| {
        let mut conn = connect();
        let generation = conn.call(&Getgen::default()).unwrap().id.unwrap();
        let mut batch = Batch::new().for_generation(generation);
        batch.push(flags::CREATE, &table("t")).unwrap();
        conn.commit(&batch).unwrap();
        let now = conn.call(&Getgen::default()).unwrap();
        assert_eq!(now.id, Some(generation + 1));

        let mut batch = Batch::new().for_generation(generation);
        batch.push(flags::CREATE, &table("u")).unwrap();
        let error = conn.commit(&batch).unwrap_err();
        let Error::Batch(refused) = &error else {
            panic!("{error}")
        };
        assert_eq!(refused.refusals().count(), 0);
        assert_eq!(
            refused.whole().unwrap().errno(),
            Errno::from(libc_erestart())
        );
        assert_eq!(conn.dump(&GettableDump::default()).unwrap().len(), 1);
        // The connection goes on.
        let mut batch = Batch::new();
        batch.push(flags::CREATE, &table("u")).unwrap();
        conn.commit(&batch).unwrap();
    });
}

/// `ERESTART`, which C libraries do not tell programs of.
fn libc_erestart() -> i32 {
    85
}

#[test]
fn what_a_batch_made_is_echoed_and_told_to_others() {
    fresh(|| {
        let mut events = Events::<Event<'_>>::open(&[nftables::group::NFTABLES]).unwrap();
        let mut conn = connect();
        let hook = input();
        let limit = LimitAttrs::default().rate(10).unit(1).burst(5);
        let meta = ExprMetaAttrs::default()
            .dreg(Registers::Reg1)
            .key(MetaKeys::Mark);
        let expressions = [
            expr(ExprOps::Limit((&limit).into())),
            expr(ExprOps::Meta((&meta).into())),
            expr(ExprOps::Notrack),
        ];
        let list = ExprListAttrs::default().elem(&expressions[..2]);
        let mut batch = Batch::new();
        batch.push(flags::CREATE, &table("t")).unwrap();
        batch.push(flags::CREATE, &chain(&hook)).unwrap();
        batch
            .push(flags::CREATE | flags::APPEND | flags::ECHO, &rule(&list))
            .unwrap();
        let committed = conn.commit(&batch).unwrap();
        let echoes: Vec<_> = committed
            .echoes::<Event<'_>>()
            .map(|event| event.unwrap())
            .collect();
        let [Event::NewruleNtf(echoed)] = &echoes[..] else {
            panic!("{echoes:?}")
        };
        let rules = conn.dump(&GetruleDump::default()).unwrap();
        let read = rules.iter().next().unwrap().unwrap();
        assert_eq!(echoed.handle, read.handle);
        let read = read.expressions.unwrap().get().unwrap();
        let Some(ExprOps::Limit(data)) = read.elem.iter().next().unwrap().unwrap().data else {
            panic!("{read:?}")
        };
        let read = data.get().unwrap();
        assert_eq!(
            (read.rate, read.unit, read.burst),
            (Some(10), Some(1), Some(5))
        );

        let mut names = Vec::new();
        while let Some(Received::Event(event)) =
            events.next_within(Duration::from_millis(0)).unwrap()
        {
            names.push(match event {
                Event::NewtableNtf(_) => "table",
                Event::NewchainNtf(_) => "chain",
                Event::NewruleNtf(_) => "rule",
                Event::NewgenNtf(_) => "generation",
                other => panic!("{other:?}"),
            });
        }
        assert_eq!(names, ["table", "chain", "rule", "generation"]);
    });
}

#[test]
fn a_set_keeps_its_elements() {
    fresh(|| {
        let mut conn = connect();
        let addresses: Vec<[u8; 4]> = (0..2000u16)
            .map(|n| [192, 0, (n >> 8) as u8, n as u8])
            .collect();
        let keys: Vec<_> = addresses
            .iter()
            .map(|address| DataAttrs::default().value(address))
            .collect();
        let elements: Vec<_> = keys
            .iter()
            .map(|key| SetelemAttrs::default().key(key))
            .collect();
        let size = SetDescAttrs::default().size(4096);
        let set = Newset::default()
            .header(IPV4)
            .table("t")
            .name("them")
            .id(1)
            .key_type(7)
            .key_len(4)
            .desc(&size);
        let mut batch = Batch::new();
        batch.push(flags::CREATE, &table("t")).unwrap();
        batch.push(flags::CREATE, &set).unwrap();
        let parts: Vec<_> = elements
            .chunks(500)
            .map(|part| SetelemListElemAttrs::default().elem(part))
            .collect();
        for part in &parts {
            let request = Newsetelem::default()
                .header(IPV4)
                .table("t")
                .set("them")
                .elements(part);
            batch.push(flags::CREATE, &request).unwrap();
        }
        conn.commit(&batch).unwrap();

        let request = GetsetelemDump::default()
            .header(IPV4)
            .table("t")
            .set("them");
        let mut read = Vec::new();
        for part in &conn.dump(&request).unwrap() {
            for element in part.unwrap().elements.unwrap().get().unwrap().elem.iter() {
                let key = element.unwrap().key.unwrap().get().unwrap();
                read.push(<[u8; 4]>::try_from(key.value.unwrap()).unwrap());
            }
        }
        read.sort_unstable();
        assert_eq!(read, addresses);
        assert!(nft().contains(r#""192.0.7.207""#));
    });
}

/// The kernel takes a batch in one datagram only, and answers for each message that it refuses.
#[test]
fn large_batches_are_carried_out_and_refused_whole() {
    fresh(|| {
        let mut conn = connect();
        let names: Vec<String> = (0..1000).map(|n| format!("table-{n}")).collect();
        // More in all than a datagram may have unless it is asked for.
        let data = [7; 250];
        let mut batch = Batch::new();
        for name in &names {
            let request = table(name).userdata(&data);
            batch.push(flags::CREATE, &request).unwrap();
        }
        conn.commit(&batch).unwrap();
        let tables = conn.dump(&GettableDump::default()).unwrap();
        assert_eq!(tables.len(), names.len());
        for read in &tables {
            assert_eq!(read.unwrap().userdata, Some(&data[..]));
        }

        let mut batch = Batch::new();
        for name in &names {
            batch
                .push(flags::CREATE | flags::EXCL, &table(name))
                .unwrap();
        }
        let error = conn.commit(&batch).unwrap_err();
        let Error::Batch(refused) = &error else {
            panic!("{error}")
        };
        assert_eq!(refused.errno(), Errno::EEXIST);
        assert!(refused.is_cut(), "so many answers do not fit the queue");
        assert!(refused.refusals().count() > 10);
        assert!(
            error
                .to_string()
                .contains("message 0 of 1000: nftables.newtable/name: EEXIST"),
            "{error}"
        );
        conn.call(&Getgen::default()).unwrap();
    });
}

#[test]
fn a_batch_goes_to_netfilter_only() {
    let mut batch = Batch::new();
    let error = batch
        .push(0, &nlgen_tests::ethtool::LinkstateGet::default())
        .map(|batch| batch.len());
    assert!(
        matches!(error, Err(Error::WrongProtocol { family: "ethtool" })),
        "{error:?}"
    );
    assert!(batch.is_empty());
    batch.push(flags::CREATE, &table("t")).unwrap();
    let mut conn = Connection::open().unwrap();
    let error = conn.commit(&batch).unwrap_err();
    assert!(matches!(error, Error::WrongProtocol { .. }), "{error}");
    assert!(!error.to_string().is_empty());
    // Nothing to do is nothing to send.
    assert!(connect().commit(&Batch::new()).is_ok());
}
