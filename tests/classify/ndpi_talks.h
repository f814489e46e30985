// Talks that nDPI names, made from the protocols' specifications and from what its dissectors check.
#pragma once

#include <string_view>
#include <vector>

#include "classify/exchange.h"

namespace oddport {

// What a side said, in order; the streams or first datagrams of either side are made of it.
struct Talk {
  Transport transport = Transport::tcp;
  std::vector<Message> messages;

  Exchange exchange() const {
    Exchange seen;
    seen.transport = transport;
    seen.messages = messages;
    seen.client = seen.nth(Side::client, 0).bytes;
    seen.server = seen.nth(Side::server, 0).bytes;
    return seen;
  }
};

inline Message said(Side from, Bytes bytes) { return {from, bytes, bytes.size()}; }
inline Talk request(Transport transport, Bytes bytes) {
  return {transport, {said(Side::client, bytes)}};
}

struct Case {
  std::string_view protocol;
  Talk talk;
};

// Frames made from the specifications: SMPP 3.4, section 4.1.1; FIX 4.2, volume 1; Canon's BJNP as cups-backend-bjnp
// documents it; Rx as the header of OpenAFS's rx-spec; the magic of a DNSCrypt certificate (DNSCRYPT-V2-PROTOCOL); the
// first line of a Checkmk agent; Armagetron's login.
inline std::vector<Case> long_tail() {
  std::vector<Case> cases;
  cases.push_back(
      {"smpp", request(Transport::tcp,
                       "\0\0\0\x2f\0\0\0\x02\0\0\0\0\0\0\0\x01SMPP3TEST\0secret08\0SUBMIT1"
                       "\0\x34\x01\x01\0"_b)});
  cases.push_back({"fix", request(Transport::tcp,
                                  "8=FIX.4.2\x01"
                                  "9=65\x01"
                                  "35=A\x01"
                                  "49=BUYER\x01"
                                  "56=SELLER\x01"
                                  "34=1\x01"
                                  "98=0\x01"
                                  "108=30\x01"
                                  "10=062\x01"_b)});
  cases.push_back({"bjnp", request(Transport::udp, "BJNP\x01\x01\0\0\0\x01\0\0\0\0\0\0"_b)});
  cases.push_back({"dnscrypt", request(Transport::udp,
                                       "r6fnvWj8 and what is encrypted follows, at least as "
                                       "many bytes as the padding wants."_b)});
  cases.push_back({"checkmk", request(Transport::tcp, "<<<check_mk>>>\nVersion: 2.1.0p11\n"_b)});
  cases.push_back(
      {"armagetron", request(Transport::udp, "\0\x0b\0\0\0\x04\0\x08\0\x01\0\x02\0\x03\0\0"_b)});
  cases.push_back({"rx",
                   {Transport::udp,
                    {said(Side::client,
                          "\x5e\x12\x34\x56\x7a\xbc\xde\x04\0\0\0\x01\0\0\0\x01\0\0\0\x01"
                          "\x01\x05\0\0\0\0\0\x34\0\0\0\x01"_b),
                     said(Side::server,
                          "\x5e\x12\x34\x56\x7a\xbc\xde\x04\0\0\0\x01\0\0\0\x01\0\0\0\x01"
                          "\x01\x04\0\0\0\0\0\x34\0\0\0\x02"_b)}}});
  return cases;
}

// One at least for every dissector that is believed, by the name that we know its protocol by.
inline std::vector<Case> one_of_each() {
  std::vector<Case> cases = long_tail();
  const auto tcp = [&](std::string_view protocol, Bytes bytes) {
    cases.push_back({protocol, request(Transport::tcp, bytes)});
  };
  const auto udp = [&](std::string_view protocol, Bytes bytes) {
    cases.push_back({protocol, request(Transport::udp, bytes)});
  };
  const auto answered = [&](std::string_view protocol, Bytes asked, Bytes told) {
    cases.push_back(
        {protocol, {Transport::tcp, {said(Side::client, asked), said(Side::server, told)}}});
  };
  tcp("ajp13", "\x12\x34\0\x01\x0a"_b);
  tcp("ajp13", "AB\0\x01\x09"_b);
  tcp("applejuice", "ajprot\r\n"_b);
  tcp("dcerpc",
      "\x05\0\x0b\x03\x10\0\0\0\x48\0\0\0\x01\0\0\0\xd0\x16\xd0\x16\0\0\0\0\x01\0\0\0\0\0\x01\0"
      "\x08\x83\xaf\xe1\x1f\x5d\xc9\x11\x91\xa4\x08\0\x2b\x14\xa0\xfa\x03\0\0\0"
      "\x04\x5d\x88\x8a\xeb\x1c\xc9\x11\x9f\xe8\x08\0\x2b\x10\x48\x60\x02\0\0\0"_b);
  udp("dcerpc",
      "\x04\0\x08\0\x10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
      "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x02\0\0\0\0\0\x05\x07"_b);
  tcp("diameter", "\x01\0\0\x14\x80\0\x01\x01\0\0\0\0\0\0\0\x01\0\0\0\x02"_b);
  answered("dc", "$Lock EXTENDEDPROTOCOL Pk=x|"_b, "$Key 0123456789|"_b);
  answered("dc", "$MyNick somebody|"_b, "$MyNick another|"_b);
  tcp("dc", "HSUP ADBASE ADTIGR\n"_b);
  udp("dnscrypt", "\0\x01\x01\0\0\x01\0\0\0\0\0\0\x01\x32\rdnscrypt-cert\0\0\x10\0\x01"_b);
  tcp("drda", "\0\x0a\xd0\x01\0\x01\0\x04\x10\x41"_b);
  udp("dtls",
      "\x16\xfe\xfd\0\0\0\0\0\0\0\0\0\x36\x01\0\0\x2a\0\0\0\0\0\0\0\x2a\xfe\xfd"
      "0123456789abcdef0123456789abcdef\0\0\0\x02\xc0\x2b\x01\0"_b);
  tcp("fasttrack", "GIVE 123456\r\n"_b);
  tcp("fasttrack",
      "GET /.hash=0123456789abcdef HTTP/1.1\r\nHost: 192.0.2.1\r\nX-Kazaa-Username: me\r\n\r\n"_b);
  udp("crossfire", "\xc7\xd9\x19\x99\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x7d\0\0"_b);
  udp("genshin-impact", "\0\0\0\xff\0\0\0\0\0\0\0\0\x49\x96\x02\xd2\xff\xff\xff\xff"_b);
  tcp("giop", "GIOP\x01\x02\0\0\0\0\0\x10\0\0\0\x01\x03\0\0\0\0\0\0\0\0\0\0\0"_b);
  tcp("gnutella", "GNUTELLA CONNECT/0.6\r\nUser-Agent: x\r\n\r\n"_b);
  tcp("gnutella", "HEAD /gnutella/push-proxy?guid=0123456789 HTTP/1.1\r\n\r\n"_b);
  udp("gnutella", "GND\x02\x01\x01\x01\0"_b);
  udp("gnutella", "0123456789abcdef\0\x01\0\0\0\0\0"_b);
  udp("gnutella", "0123456789abcde\0\x41\x01\0\0\0\0\0"_b);
  // NEOnet: the answer repeats three bytes of what was asked.
  answered("gnutella", "....a.b.c.."_b, "a.b.c....."_b);
  cases.push_back({"gnutella",
                   {Transport::tcp,
                    {said(Side::client, "....a.b.c.."_b), said(Side::server, {}),
                     said(Side::client, "a.b.c................."_b)}}});
  tcp("guildwars", "\0\x04\x0c\0\xa6\x72\0\0\x01\0\0\0\x04\0\0\0"_b);
  tcp("guildwars", "\x01\0\0\0\0\xf1\0\x10\0\x01\0\0\0\0\0\0\0\0\0\0\0"_b);
  tcp("icecast", "SOURCE /live HTTP/1.0\r\nice-name: night\r\n\r\n"_b);
  answered("icecast", "hello there\r\n"_b, "ICY 200 OK\r\nserver:Icecast 2.4.4\r\n\r\n"_b);
  tcp("lotus-notes", "\x8e\0\0\0\x0f\0\0\0\x02\0\0\x40\x02\x0f\0\x01\0\x3d"_b);
  tcp("maplestory", "\x0e\0\x3a\0\x01\0\x32\0\0\0\0\0\0\0\0\0"_b);
  udp("megaco", "MEGACO/1 [192.0.2.1]:2944\n"_b);
  udp("megaco", "!/1 [192.0.2.1]:2944\n"_b);
  udp("mgcp", "AUEP 1200 aaln/1@gw.example MGCP 1.0\n"_b);
  tcp("rsync", "@RSYNCD: 31\n"_b);
  tcp("rtsp", "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n"_b);
  answered("rtsp", "anything"_b, "RTSP/1.0 200 OK\nCSeq: 1\n\n"_b);
  answered("rtsp", "anything"_b, "DESCRIBE rtsp://camera.example/1\n\n"_b);
  tcp("sip", "OPTIONS sip:a@example SIP/2.0\r\n\r\n"_b);
  udp("sip", "subscribe SIP:a@example SIP/2.0\r\n\r\n"_b);
  udp("sip", "\x40\0\0\x10SIP/2.0 200 OK\r\n"_b);
  tcp("smpp", "\0\0\0\x10\0\0\0\x15\0\0\0\0\0\0\0\x01"_b);
  udp("ssdp", "M-SEARCH * HTTP/1.1\r\n\r\n"_b);
  udp("ssdp", "NOTIFY * HTTP/1.1\r\n\r\n"_b);
  udp("ssdp", "HTTP/1.1 200 OK\r\n\r\n"_b);
  tcp("ssh", "SSH-2.0-x\r\n"_b);
  tcp("stealthnet", "LARS REGENSBURGER'S FILE SHARING PROTOCOL 0.2"_b);
  udp("teamspeak3", "TS3INIT1\0\x65\0\0\x88\x0a\xfb\xc2\xf5\x5a\0\0"_b);
  udp("vhua", "\x05\x14\x3a\x05\x08\xf8\xa1\xb1\x03"_b);
  tcp("whatsapp", "WA\x01\x05\0\0"_b);
  tcp("whatsapp", "ED\0\x01\0\0\x02\x08\0WA\x02\0\0\0 and more"_b);
  answered("whatsapp", "E"_b, "D\0\x01\0\0\x02\x08\0WA\x02\0\0\0"_b);
  tcp("world-of-kung-fu", "\x0c\0\0\0\xd2\0\x0c\0\0\x16\0\0\0\0\0\0"_b);
  tcp("world-of-warcraft", "\0\x30WORLD OF WARCRAFT CONNECTION - CLIENT TO SERVER\0"_b);
  tcp("xmpp",
      "<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams'>"_b);
  tcp("zabbix", "ZBXD\x01"_b);
  answered("zmtp", "\x01\x02"_b, "\x01\x01"_b);
  answered("zmtp", "\0\0\0\x05\x01\x66low"_b, "\0\0"_b);
  answered("zmtp", "\xff\0\0\0\0\0\0\0\x01\x7f"_b, "\x01\x02"_b);
  answered("zmtp", "\0\x28\x66low\0..."_b, "\0\x28\x66low\0..."_b);
  return cases;
}

}  // namespace oddport
