package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a container keeps when it is made anew, from descriptions as several engines write them. */
final class ContainerSpecTest {

    private static final String ID = "0123456789ab" + "c".repeat(52);

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static ContainerSpec spec(String config, String host, String networks, String mounts, String image) {
        JsonNode container = json("{'Id':'" + ID + "','Config':" + config + ",'HostConfig':" + host
                + ",'NetworkSettings':{'Networks':" + networks + "},'Mounts':" + mounts + "}");
        return ContainerSpec.of(container, json("{'Config':" + image + "}"));
    }

    private static JsonNode healthCheck(String users, String images) {
        return spec("{'Healthcheck':" + users + "}", "{}", "{}", "[]", "{'Healthcheck':" + images + "}")
                .body()
                .path("Healthcheck");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'Test':['old'],'Interval':2} | {'Test':['old']} | {'Interval':2}",
                "{'Test':['mine'],'Interval':2} | {'Test':['old'],'Interval':2} | {'Test':['mine']}",
                "{'Test':['NONE']} | {'Test':['old'],'Retries':3} | {'Test':['NONE']}",
                "{'Test':['mine'],'StartInterval':5} | {} | {'Test':['mine'],'StartInterval':5}"
            })
    void ofAHealthCheckThatIsPartlyTheUsersThatPartStays(String users, String images, String kept) {
        assertThat(healthCheck(users, images)).isEqualTo(json(kept));
    }

    @Test
    void aHealthCheckThatIsAllTheImagesFollowsTheImage() {
        String check = "{'Test':['old'],'Interval':3}";

        assertThat(healthCheck(check, check).isMissingNode()).isTrue();
    }

    @Test
    void theHostNameIsNoAliasOfTheUsers() {
        String networks = "{'n':{'NetworkID':'1','Aliases':['hh','0123456789ab','greeter']}}";

        ContainerSpec spec = spec("{'Hostname':'hh'}", "{'NetworkMode':'n'}", networks, "[]", "{}");

        assertThat(spec.body().path("NetworkingConfig"))
                .isEqualTo(json("{'EndpointsConfig':{'n':{'Aliases':['greeter']}}}"));
        assertThat(spec.body().path("Hostname").asText()).isEqualTo("hh");
    }

    @Test
    void whatNewerEnginesKnowOfANetworkStays() {
        String networks =
                "{'a':{'NetworkID':'1','GwPriority':5,'IPAddress':'172.18.0.2','MacAddress':'02:42:ac:12:00:02'},"
                        + "'b':{'NetworkID':'2','GwPriority':1,'IPAddress':'172.19.0.2','MacAddress':'0a:1b:2c:3d:4e:5f'}}";

        ContainerSpec spec = spec("{}", "{'NetworkMode':'a'}", networks, "[]", "{}");

        assertThat(spec.body().path("NetworkingConfig").path("EndpointsConfig"))
                .as("the address of the card is made from the other one")
                .isEqualTo(json("{'a':{'GwPriority':5}}"));
        assertThat(spec.networks().get("b")).isEqualTo(json("{'GwPriority':1,'MacAddress':'0a:1b:2c:3d:4e:5f'}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'Name':'v1','Source':'/x'} | ['v1:/anon']",
                "{'Name':'','Source':'/var/lib/docker/volumes/v2/_data'} | ['v2:/anon']",
                "{'Name':'','Source':'/elsewhere'} | ['/anon']"
            })
    void aVolumeThatIsAskedForByItsPathAloneKeepsItsContentWhereItsNameIsKnown(String mount, String binds) {
        String mounts = "[" + mount.replace("}", ",'Type':'volume','Destination':'/anon','RW':true}") + "]";

        ContainerSpec spec = spec("{}", "{'Binds':['/anon']}", "{}", mounts, "{}");

        assertThat(spec.body().path("HostConfig").path("Binds")).isEqualTo(json(binds));
    }

    @Test
    void settingsAsPodmanTellsThemAreSentAsItTakesThem() {
        ContainerSpec spec = spec(
                        "{}",
                        "{'NetworkMode':'bridge','MemorySwappiness':0,'Ulimits':[{'Name':'RLIMIT_NOFILE','Soft':1,'Hard':2}],"
                                + "'Annotations':{'org.opencontainers.image.stopSignal':'15','mine':'yes'}}",
                        "{'podman':{'NetworkID':'podman'}}",
                        "[]",
                        "{}")
                .forPodman();

        assertThat(spec.body().path("HostConfig"))
                .isEqualTo(json("{'NetworkMode':'bridge','Ulimits':[{'Name':'nofile','Soft':1,'Hard':2}],"
                        + "'Annotations':{'mine':'yes'}}"));
        assertThat(spec.networks()).as("connected when it is made").isEmpty();
    }
}
