import org.elasticmq.rest.sqs.SQSRestServerBuilder;

/** Runs ElasticMQ in memory, on loopback and a free port. */
class ElasticMq {
    public static void main(String[] arguments) throws Exception {
        var server = SQSRestServerBuilder.withInterface("127.0.0.1").withDynamicPort().start();
        var port = server.waitUntilStarted().localAddress().getPort();
        System.out.println("listening on port " + port);
        System.in.transferTo(java.io.OutputStream.nullOutputStream());
        System.exit(0);
    }
}
