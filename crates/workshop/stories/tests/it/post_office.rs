//! A mail server that takes what it is given (RFC 5321), or nothing when it is out of order.

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use crate::far_side::{Pigeonholes, Received};

pub(crate) async fn serve(listener: TcpListener, holes: Pigeonholes) {
    let mut talks = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let holes = holes.clone();
        // A talk that breaks off is the sender's to repeat.
        talks.spawn(async move { drop(talk(stream, holes).await) });
    }
}

async fn talk(stream: TcpStream, holes: Pigeonholes) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    if !holes.works("mail") {
        return stream.write_all(b"421 out of order\r\n").await;
    }
    stream.write_all(b"220 bureau.example\r\n").await?;
    let (mut to, mut line) = (Vec::new(), String::new());
    while stream.read_line(&mut line).await? > 0 {
        let said = line.trim_end().to_owned();
        line.clear();
        let answer = match said.get(..4).unwrap_or_default().to_ascii_uppercase().as_str() {
            _ if !holes.works("mail") => "421 out of order",
            "EHLO" | "HELO" => "250 bureau.example",
            "RCPT" => {
                to.extend(said.split(['<', '>']).nth(1).map(str::to_owned));
                "250 ok"
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await?;
                let text = text_of(&mut stream).await?;
                for to in to.drain(..) {
                    holes.put(Received { way: "mail", to, text: text.clone() });
                }
                "250 taken"
            }
            "QUIT" => return stream.write_all(b"221 bye\r\n").await,
            _ => "250 ok",
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}

async fn text_of(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let (mut text, mut line) = (String::new(), String::new());
    while stream.read_line(&mut line).await? > 0 && line != ".\r\n" {
        text.push_str(&line);
        line.clear();
    }
    Ok(text)
}
