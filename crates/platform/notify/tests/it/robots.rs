use serde_json::json;

use crate::{
    scene::{Scene, fate},
    stand_in::{StandIn, ok},
};

#[tokio::test]
async fn wecom_robot_gets_exactly_its_markdown() {
    let scene = Scene::new().await;
    let far_side = StandIn::saying(r#"{"errcode":0,"errmsg":"ok"}"#).await;
    let token = scene.secret("wecom", "key-693a91f6").await;
    let settings = json!({ "url": far_side.url("/cgi-bin/webhook/send"), "token_secret": token });
    let channel = scene.channel("wecom", settings).await;
    let mut message = scene.by_channel(&channel, "磁盘将满", "db1 <@all> 使用率 95%\n请处理");
    message.link = Some("/alerts/7".to_owned());
    message.language = Some(kernel::Language::Chinese);
    let sent = scene.sent(&message).await;
    let attempt = &sent["deliveries"][0]["attempts"][0];
    assert_eq!((&attempt["code"], &attempt["said"]), (&json!("0"), &json!("ok")));
    let asked = &far_side.asked()[0];
    assert_eq!(asked.line, "POST /cgi-bin/webhook/send?key=key-693a91f6 HTTP/1.1");
    assert_eq!(
        asked.json(),
        json!({
            "msgtype": "markdown",
            "markdown": { "content": "**磁盘将满**\n\ndb1 ＜＠all＞ 使用率 95%  \n请处理\n\n\
                [查看详情](https://ops.example.org/alerts/7)" },
        })
    );
    assert!(!sent.to_string().contains("key-693a91f6"), "the key is in no answer");
}

#[tokio::test]
async fn wecom_robot_gets_twenty_a_minute_and_4096_bytes_at_most() {
    let scene = Scene::new().await;
    let far_side = StandIn::saying(r#"{"errcode":0,"errmsg":"ok"}"#).await;
    let token = scene.secret("wecom", "key").await;
    let settings = json!({ "url": far_side.url("/send"), "token_secret": token });
    let channel = scene.channel("wecom", settings).await;
    let long = "盘".repeat(10_000);
    for number in 0..45 {
        scene.send(&scene.by_channel(&channel, &number.to_string(), &long)).await;
    }
    scene.notify.settle().await.unwrap();
    assert_eq!(far_side.asked().len(), 20);
    scene.later(59).await;
    assert_eq!(far_side.asked().len(), 20);
    scene.later(1).await;
    assert_eq!(far_side.asked().len(), 40);
    let body = far_side.asked()[0].json();
    let content = body["markdown"]["content"].as_str().unwrap();
    assert!(content.len() <= 4_096 && content.len() > 4_000, "{}", content.len());
}

#[tokio::test]
async fn dingtalk_robot_is_signed_and_mentions_whom_it_is_for() {
    let scene = Scene::new().await;
    let far_side = StandIn::saying(r#"{"errcode":0,"errmsg":"ok"}"#).await;
    let (token, key) = (scene.secret("token", "t0ken").await, scene.secret("sign", "SECabc").await);
    let settings = json!({
        "url": far_side.url("/robot/send"), "token_secret": token, "signing_secret": key,
    });
    let channel = scene.channel("dingtalk", settings).await;
    let mut message = scene.plain(notify::Recipient::Person(scene.wei), "磁盘将满", "使用率 95%");
    message.channel = Some(channel.parse().unwrap());
    let sent = scene.sent(&message).await;
    assert_eq!(sent["message"]["state"], "sent", "{sent}");
    let asked = &far_side.asked()[0];
    // timestamp=1772416800000: the clock of the test; the sign by Python's hmac.
    assert_eq!(
        asked.line,
        "POST /robot/send?access_token=t0ken&timestamp=1772416800000\
            &sign=1mCoFuK1BdCWQTcIFLyQQtWUFa9w0PotxCWAjPO9P1s%3D HTTP/1.1"
    );
    assert_eq!(
        asked.json(),
        json!({
            "msgtype": "markdown",
            "markdown": {
                "title": "磁盘将满",
                "text": "**磁盘将满**\n\n使用率 95%\n\n@13800000000",
            },
            "at": { "atMobiles": ["13800000000"], "isAtAll": false },
        })
    );
}

#[tokio::test]
async fn feishu_robot_is_signed_in_its_body() {
    let scene = Scene::new().await;
    let far_side = StandIn::saying(r#"{"code":0,"msg":"success","data":{}}"#).await;
    let (token, key) = (scene.secret("hook", "h00k").await, scene.secret("sign", "demo").await);
    let settings = json!({
        "url": far_side.url("/open-apis/bot/v2/hook/"), "token_secret": token,
        "signing_secret": key,
    });
    let channel = scene.channel("feishu", settings).await;
    let sent =
        scene.sent(&scene.by_channel(&channel, "Disk full", "<at user_id=\"all\">x</at>")).await;
    assert_eq!(sent["message"]["state"], "sent", "{sent}");
    let asked = &far_side.asked()[0];
    assert_eq!(asked.line, "POST /open-apis/bot/v2/hook/h00k HTTP/1.1");
    assert_eq!(
        asked.json(),
        json!({
            "msg_type": "text",
            "content": { "text": "Disk full\n＜at user_id=\"all\"＞x＜/at＞" },
            "timestamp": "1772416800",
            "sign": "8Xd2W0mwqj8N2p8GHET4bO8H/GHoLQqGqkeAbestX+w=",
        })
    );
}

#[tokio::test]
async fn robots_codes_are_taken_for_what_they_mean() {
    let scene = Scene::new().await;
    let token = scene.secret("token", "t").await;
    for (kind, body, state, outcome) in [
        ("wecom", r#"{"errcode":45009,"errmsg":"api freq out of limit"}"#, "queued", "deferred"),
        (
            "wecom",
            r#"{"errcode":40058,"errmsg":"markdown exceed max length"}"#,
            "failed",
            "refused",
        ),
        ("dingtalk", r#"{"errcode":130101,"errmsg":"send too fast"}"#, "queued", "deferred"),
        ("dingtalk", r#"{"errcode":310000,"errmsg":"sign not match"}"#, "queued", "deferred"),
        ("feishu", r#"{"code":19021,"msg":"sign match fail"}"#, "queued", "deferred"),
        ("feishu", r#"{"code":9499,"msg":"too many request"}"#, "queued", "deferred"),
        ("feishu", "<html>gateway</html>", "queued", "deferred"),
    ] {
        let far_side = StandIn::answering(move |_, _| ok(body)).await;
        let settings = json!({ "url": far_side.url("/"), "token_secret": token });
        let name = format!("{kind} {body}");
        let made = json!({
            "name": name.chars().take(90).collect::<String>(), "kind": kind, "settings": settings,
        });
        let made = scene.client.post("/api/v1/channels", made).await;
        assert_eq!(made.status, 201, "{:?}", made.json);
        let id = made.json["id"].as_str().unwrap();
        let sent = scene.sent(&scene.by_channel(id, "a", "b")).await;
        assert_eq!(fate(&sent), (state.to_owned(), outcome.to_owned()), "{name}");
    }
}
